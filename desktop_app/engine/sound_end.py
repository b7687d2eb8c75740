"""A microphone or a speaker: opened, watched, and brought back when it was lost."""

import time
from typing import Protocol

from PySide6.QtMultimedia import QAudioDevice, QAudioFormat

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.sound_choice import Report, as_device, choose, device_id, problem_when_empty
from desktop_app.engine.sound_devices import SoundDevices
from desktop_app.engine.sound_server import sound_server_answers
from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem

RETRY_S = 4.0
"""Time for QtMultimedia to join a sound server that has come back."""
STILL_AFTER_S = 1.0
"""A device that moves no sound for so long is lost, or its sound server is."""


class SoundStream(Protocol):
    """Moves the sound of one kind of device, on the sound thread."""

    kind: DeviceKind
    proof: int
    """So many moves show that a device works: some open without a word and stay silent."""

    @property
    def channels(self) -> int:
        """How many it would like to have, 1 or 2."""
        ...

    def start(self, device: QAudioDevice, format: QAudioFormat) -> bool:
        """Open the device, and tell whether it could be opened."""
        ...

    def move(self) -> bool:
        """Move what can be moved now, and tell whether that was anything."""
        ...

    def stop(self) -> None:
        """Release the device; without one it does nothing."""
        ...


class SoundEnd:
    """Keeps one stream on the wanted device or the next best. Belongs to the sound thread."""

    def __init__(self, stream: SoundStream, devices: SoundDevices, report: Report) -> None:
        self._stream = stream
        self._devices = devices
        self._kind = stream.kind
        self._report = report
        self._wanted: str | None = None
        self._asked = False
        self._open_id: str | None = None
        self._lost_id: str | None = None
        self._moved_at = 0.0
        self._moves = 0
        self._retry_at = 0.0
        self._opening: tuple[Device, bool] | None = None

    def open(self, wanted: str | None) -> None:
        self._asked = True
        self._wanted = wanted
        self._lost_id = None
        self._reopen()

    def open_again(self) -> None:
        """What is wanted of the device has changed; without one nothing happens."""
        if self._open_id is not None:
            self._reopen()

    def close(self) -> None:
        self._asked = False
        self._drop()

    def tick(self) -> None:
        """Move sound; called every few milliseconds."""
        if self._open_id is None:
            if self._asked and 0.0 < self._retry_at < time.monotonic():
                self._bring_back()
            return
        if self._stream.move():
            self._moved_at = time.monotonic()
            self._moves += 1
            self._say_opened()
        elif time.monotonic() - self._moved_at > STILL_AFTER_S:
            self._lose(DeviceProblem.FAILED if self._opening else DeviceProblem.GONE)
            self._bring_back()

    def devices_changed(self) -> None:
        """A device came or went: take the wanted one if it is back, leave one that is gone."""
        if not self._asked or not sound_server_answers():
            return
        ids = [device_id(device) for device in self._devices.found(self._kind)]
        if self._open_id is not None and self._open_id not in ids:
            self._lose(DeviceProblem.GONE)
        better_is_there = self._preferred in ids and self._open_id != self._preferred
        if self._open_id is None or better_is_there:
            self._reopen()

    @property
    def _preferred(self) -> str | None:
        """What the person chose; who chose nothing gets back what was pulled out."""
        return self._wanted or self._lost_id

    def _lose(self, problem: DeviceProblem) -> None:
        self._lost_id = self._open_id
        self._report(self._kind, None, False, problem)
        self._drop()

    def _bring_back(self) -> None:
        """Open again after a loss, or wait on while there is no sound server."""
        self._retry_at = time.monotonic() + RETRY_S
        if sound_server_answers():
            self._reopen()

    def _reopen(self) -> None:
        self._drop()
        found, default = self._devices.found(self._kind), self._devices.default(self._kind)
        devices = choose(self._preferred, found, default)
        if not devices:
            # One that was pulled out tells more than there being none.
            if self._lost_id is None:
                problem = problem_when_empty(self._devices.any_sound)
                self._report(self._kind, None, self._wanted is not None, problem)
            return
        for device in devices:
            if self._stream.start(device, format_for(device, self._stream.channels)):
                self._note_started(device)
                return
            self._stream.stop()
        missing = self._wanted is not None and device_id(devices[0]) != self._wanted
        self._report(self._kind, None, missing, DeviceProblem.FAILED)
        # Another program may have it for itself: nothing tells when it has let go.
        self._retry_at = time.monotonic() + RETRY_S

    def _note_started(self, device: QAudioDevice) -> None:
        self._open_id = device_id(device)
        self._moved_at = time.monotonic()
        self._moves = 0
        missing = self._wanted is not None and self._open_id != self._wanted
        self._opening = (as_device(self._kind, device), missing)

    def _say_opened(self) -> None:
        if self._opening is not None and self._moves >= self._stream.proof:
            device, missing = self._opening
            self._opening = None
            self._report(self._kind, device, missing, None)

    def _drop(self) -> None:
        self._stream.stop()
        self._open_id = None


def format_for(device: QAudioDevice, channels: int) -> QAudioFormat:
    """Ask for so many channels, or for the other number of a device that has no other way."""
    format = QAudioFormat()
    format.setSampleRate(SAMPLE_RATE)
    format.setChannelCount(channels)
    format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    if not device.isFormatSupported(format):
        format.setChannelCount(3 - channels)
    return format
