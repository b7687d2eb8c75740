"""Microphone and speaker as the engine sees them: real ones, and what stands in for them."""

from collections.abc import Callable

from desktop_app import engine_messages as messages
from desktop_app.engine.capture.microphone import MicrophoneLine
from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE, SAMPLES_PER_FRAME
from desktop_app.engine.pacing import PacedThread
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.sound_thread import SoundThread
from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem

FRAME_S = SAMPLES_PER_FRAME / SAMPLE_RATE
STAND_IN_VOICE = Device(kind=DeviceKind.MICROPHONE, id="stand-in", name="Generated voice")


class Sound:
    """Both ends of sound. Methods are called on the loop; nothing here blocks."""

    def __init__(
        self,
        send: Callable[[messages.Message], None],
        on_loop: Callable[[Callable[[], None]], None],
        on_packet: Callable[[EncodedPacket], None],
        on_devices: Callable[[list[Device]], None],
        on_microphone_changed: Callable[[], None],
    ) -> None:
        """on_loop brings a call to the loop; on_packet is called on a sound thread."""
        self._send = send
        self._on_loop = on_loop
        self._on_microphone_changed = on_microphone_changed
        self.microphone = MicrophoneLine(on_packet)
        self.playout = Playout()
        self.microphone_open = False
        self._stand_in_hz = 0.0
        self._voice: PacedThread | None = None
        self._silent_speaker: PacedThread | None = None
        self._told: dict[DeviceKind, DeviceProblem | None] = {}
        self._speaker_open = False
        self._thread = SoundThread(
            self.microphone,
            self.playout,
            lambda *report: on_loop(lambda: self._reported(*report)),
            lambda devices: on_loop(lambda: on_devices(devices)),
        )
        # Without a speaker sound is consumed all the same, so that nothing piles up.
        self._play_silently(True)

    def open_microphone(self, wanted: messages.OpenMicrophone) -> None:
        self.microphone_open = True
        self._stand_in_hz = wanted.stand_in_hz
        self._told.pop(DeviceKind.MICROPHONE, None)
        self._thread.open(DeviceKind.MICROPHONE, wanted.device)

    def close_microphone(self) -> None:
        if not self.microphone_open:
            return
        self.microphone_open = False
        self._thread.close_device(DeviceKind.MICROPHONE)
        self._speak(None)
        self.microphone.reset()
        self._send(messages.DeviceClosed(DeviceKind.MICROPHONE))
        self._on_microphone_changed()

    def process_voice(self, wanted: messages.ProcessVoice) -> None:
        """Choose what is done to a real microphone's sound; a stand-in's is clean."""
        self._thread.process_voice(wanted)

    def open_speaker(self, wanted: messages.OpenSpeaker) -> None:
        self._speaker_open = True
        self._told.pop(DeviceKind.SPEAKER, None)
        self._thread.open(DeviceKind.SPEAKER, wanted.device)

    def refresh_devices(self) -> None:
        self._thread.refresh()

    def close(self) -> None:
        self._speak(None)
        self._play_silently(False)
        self._thread.stop()

    @property
    def microphone_heard(self) -> bool:
        """Whether the stranger can hear this side."""
        works = self._told.get(DeviceKind.MICROPHONE) is None or self._voice is not None
        return self.microphone_open and works and not self.microphone.muted

    def _reported(
        self, kind: DeviceKind, device: Device | None, missing: bool, problem: DeviceProblem | None
    ) -> None:
        if kind is DeviceKind.MICROPHONE:
            if not self.microphone_open:
                return
            stand_in = device is None and self._stand_in_hz > 0
            self._speak(self._stand_in_hz if stand_in else None)
        else:
            if not self._speaker_open:
                return
            stand_in = False
            self._play_silently(device is None)
        if problem is not None and self._told.get(kind) is not problem:
            self._send(messages.DeviceFailed(kind, problem))
        self._told[kind] = problem
        if device is not None:
            self._send(messages.DeviceOpened(device=device, wanted_missing=missing))
        elif stand_in:
            self._send(messages.DeviceOpened(device=STAND_IN_VOICE, stand_in=True))
        if kind is DeviceKind.MICROPHONE:
            self._on_microphone_changed()

    def _speak(self, fundamental_hz: float | None) -> None:
        if self._voice is not None:
            self._voice.stop()
            self._voice = None
        if fundamental_hz is not None:
            voice = Voice(fundamental_hz)
            self._voice = PacedThread(
                FRAME_S, lambda: self.microphone.push(voice.next(SAMPLES_PER_FRAME)), "voice"
            )

    def _play_silently(self, on: bool) -> None:
        if on and self._silent_speaker is None:
            self._silent_speaker = PacedThread(FRAME_S, self._pull_unheard, "silent-speaker")
        elif not on and self._silent_speaker is not None:
            self._silent_speaker.stop()
            self._silent_speaker = None

    def _pull_unheard(self) -> None:
        self.playout.pull(SAMPLES_PER_FRAME)
