"""Which sound device to open, and what to say when there is none."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice

Report = Callable[[DeviceKind, Device | None, bool, DeviceProblem | None], None]
"""kind, the device that works now, whether it is not the wanted one, or else the problem."""


def choose(
    preferred: str | None, found: "list[QAudioDevice]", default: "QAudioDevice"
) -> "list[QAudioDevice]":
    """Return the devices to try, best first: the preferred one, the system's own choice, the others."""
    best = (preferred, device_id(default))

    def rank(device: "QAudioDevice") -> int:
        id = device_id(device)
        return best.index(id) if id in best else len(best)

    return sorted(found, key=rank)


def device_id(device: "QAudioDevice") -> str:
    """Return the id that names this device across restarts."""
    return bytes(device.id().data()).decode(errors="replace")


def as_device(kind: DeviceKind, device: "QAudioDevice") -> Device:
    return Device(kind=kind, id=device_id(device), name=device.description())


def problem_when_empty(any_device: bool) -> DeviceProblem:
    """Tell a machine without this kind of device from one without any sound at all."""
    return DeviceProblem.NONE_FOUND if any_device else DeviceProblem.NO_SOUND_SERVER
