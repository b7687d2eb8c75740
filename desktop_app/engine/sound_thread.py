"""QtMultimedia in a thread of its own: device lists, the microphone and the speaker."""

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.engine.capture.microphone import MicrophoneLine
from desktop_app.engine.loading import LOADING
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.sound_choice import Report
from desktop_app.engine.sound_priority import raise_priority
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem, ProcessVoice

if TYPE_CHECKING:
    from desktop_app.engine.sound_devices import SoundDevices
    from desktop_app.engine.sound_end import SoundEnd

log = logging.getLogger(__name__)

TICK_MS = 5
PULSE_LATENCY_MS = 10
"""How much PulseAudio's library holds behind the speaker's buffer, and how much of the microphone's sound it
hands over at a time. By Qt's own wish it was 18 ms; nothing was lost with less, three busy loops
on two cores beside it. Other systems do not know it."""


class SoundThread:
    """Owns everything of QtMultimedia; its methods return at once, from any thread.

    report and on_devices are called on the sound thread.
    """

    def __init__(
        self,
        microphone: MicrophoneLine,
        playout: Playout,
        report: Report,
        on_devices: Callable[[list[Device]], None],
    ) -> None:
        self._microphone = microphone
        self._playout = playout
        self._processing = VoiceProcessing()
        self._report = report
        self._on_devices = on_devices
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._call: Callable[[Callable[[], None]], None] | None = None
        self._early: list[Callable[[], None]] = []
        self._devices: SoundDevices | None = None
        self._ends: dict[DeviceKind, SoundEnd] = {}
        self._quit: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def open(self, kind: DeviceKind, wanted: str | None) -> None:
        """Open the wanted device, or the next best; report tells which, or what is wrong."""
        self._later(lambda: self._open(kind, wanted))

    def close_device(self, kind: DeviceKind) -> None:
        self._later(lambda: self._close(kind))

    def process_voice(self, wanted: ProcessVoice) -> None:
        """Of a real microphone, and whether what goes out is music."""
        self._later(lambda: self._process(wanted))

    def refresh(self) -> None:
        """List the devices again."""
        self._later(self._devices_changed)

    def stop(self) -> None:
        """Release the devices; Qt takes a second longer to take itself apart."""
        self._later(lambda: self._quit())
        self._released.wait(timeout=1.0)

    def _later(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._call is None:
                self._early.append(work)
                return
            call = self._call
        call(work)

    def _begin_taking(self, call: Callable[[Callable[[], None]], None]) -> None:
        """Do what was asked while the thread started, in order, before anything newer."""
        while True:
            with self._lock:
                early, self._early = self._early, []
                if not early:
                    self._call = call
                    return
            for work in early:
                work()

    def _run(self) -> None:
        # Which optional libraries it did not find is of no use to anybody.
        os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")
        os.environ.setdefault("PULSE_LATENCY_MSEC", str(PULSE_LATENCY_MS))
        try:
            with LOADING:
                from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

                from desktop_app.engine.capture.sound_source import SoundSource
                from desktop_app.engine.playback.sound_sink import SoundSink
                from desktop_app.engine.sound_devices import SoundDevices
                from desktop_app.engine.sound_end import SoundEnd
        except ImportError:
            log.exception("QtMultimedia cannot be loaded: there will be no sound")
            self._begin_taking(lambda work: work())
            self._released.set()
            return

        # Only now: while the engine starts, other threads are as urgent.
        raise_priority()

        class Caller(QObject):
            asked = Signal(object)

        application = QCoreApplication.instance() or QCoreApplication(["passerby-engine"])
        caller = Caller()
        caller.asked.connect(lambda work: work(), Qt.ConnectionType.QueuedConnection)
        self._devices = SoundDevices(self._devices_changed, caller.asked.emit)
        streams = (
            SoundSource(self._microphone, self._processing, self._tick),
            SoundSink(self._playout, self._processing),
        )
        self._ends = {
            stream.kind: SoundEnd(stream, self._devices, self._report) for stream in streams
        }
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._tick)
        timer.start(TICK_MS)
        self._quit = application.quit
        self._devices_changed()
        self._begin_taking(caller.asked.emit)
        application.exec()
        timer.stop()
        self._devices.stop()
        for end in self._ends.values():
            end.close()
        self._released.set()

    def _tick(self) -> None:
        for end in self._ends.values():
            end.tick()

    def _process(self, wanted: ProcessVoice) -> None:
        self._processing.choose(wanted)
        if wanted.music is not self._microphone.music:
            self._microphone.play_music(wanted.music)
            microphone = self._ends.get(DeviceKind.MICROPHONE)
            if microphone is not None:
                microphone.open_again()

    def _open(self, kind: DeviceKind, wanted: str | None) -> None:
        end = self._ends.get(kind)
        if end is None:
            self._report(kind, None, False, DeviceProblem.NO_SOUND_SERVER)
        else:
            end.open(wanted)

    def _close(self, kind: DeviceKind) -> None:
        end = self._ends.get(kind)
        if end is not None:
            end.close()

    def _devices_changed(self) -> None:
        if self._devices is None:
            self._on_devices([])
            return
        self._on_devices(self._devices.names())
        for end in self._ends.values():
            end.devices_changed()
