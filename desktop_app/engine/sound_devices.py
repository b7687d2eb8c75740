"""The microphones and speakers that are there, from what Qt and the sound server tell."""

from collections.abc import Callable

from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

from desktop_app.engine.sound_choice import as_device, device_id
from desktop_app.engine.sound_server_watch import SoundServerWatch
from desktop_app.engine_messages import Device, DeviceKind

NO_SPEAKER = "auto_null"
"""What PulseAudio and PipeWire put in the place of a speaker where there is none."""


class SoundDevices:
    """Belongs to the sound thread; later brings a call to it from any other."""

    def __init__(
        self, on_changed: Callable[[], None], later: Callable[[Callable[[], None]], None]
    ) -> None:
        """on_changed is called on the sound thread, after a device came or went."""
        self._listing = QMediaDevices()
        self._listing.audioInputsChanged.connect(on_changed)
        self._listing.audioOutputsChanged.connect(on_changed)
        self._watch = SoundServerWatch(lambda: later(on_changed))
        self._same_names = False

    def stop(self) -> None:
        self._watch.stop()

    def found(self, kind: DeviceKind) -> list[QAudioDevice]:
        microphones, speakers = self._listing.audioInputs(), self._listing.audioOutputs()
        names = self._watch.names
        if names and not self._same_names:
            # Qt may speak to another sound system than the one that is watched.
            listed = {device_id(device) for device in (*microphones, *speakers)}
            self._same_names = not listed.isdisjoint(names)
        there = names if self._same_names else None
        return [
            device
            for device in (microphones if kind is DeviceKind.MICROPHONE else speakers)
            if device_id(device) != NO_SPEAKER and (there is None or device_id(device) in there)
        ]

    def default(self, kind: DeviceKind) -> QAudioDevice:
        """The system's own choice, which may be none and may be gone."""
        if kind is DeviceKind.MICROPHONE:
            return self._listing.defaultAudioInput()
        return self._listing.defaultAudioOutput()

    @property
    def any_sound(self) -> bool:
        """Whether there is anything at all that has to do with sound."""
        return bool(self._listing.audioInputs() or self._listing.audioOutputs())

    def names(self) -> list[Device]:
        kinds = (DeviceKind.MICROPHONE, DeviceKind.SPEAKER)
        return [as_device(kind, device) for kind in kinds for device in self.found(kind)]
