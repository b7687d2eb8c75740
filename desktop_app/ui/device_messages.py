"""What devices do and do not do, as sentences. Contexts are literal for lupdate."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from desktop_app.engine_messages import DeviceKind, DeviceProblem
from desktop_app.session.situation import DeviceSituation
from signaling_server.protocol.messages import Mode

translate = QCoreApplication.translate

NEEDED = {
    Mode.VIDEO: (DeviceKind.CAMERA, DeviceKind.MICROPHONE, DeviceKind.SPEAKER),
    Mode.VOICE: (DeviceKind.MICROPHONE, DeviceKind.SPEAKER),
    Mode.TEXT: (),
}
"""The devices that a call of each mode uses."""


def device_kind(kind: DeviceKind) -> str:
    match kind:
        case DeviceKind.CAMERA:
            return translate("DeviceKind", "Camera")
        case DeviceKind.MICROPHONE:
            return translate("DeviceKind", "Microphone")
        case DeviceKind.SPEAKER:
            return translate("DeviceKind", "Speaker")


def device_problem(kind: DeviceKind, problem: DeviceProblem, name: str = "") -> str:
    """Why this kind of device does not work, and what helps."""
    named = name or device_kind(kind)
    match problem:
        case DeviceProblem.NONE_FOUND:
            return _none_found(kind)
        case DeviceProblem.BUSY:
            return translate(
                "DeviceProblem",
                "{name} is used by another program. Close that program and it is taken up again.",
            ).format(name=named)
        case DeviceProblem.DENIED:
            return _denied(kind)
        case DeviceProblem.GONE:
            return translate(
                "DeviceProblem", "{name} was unplugged. Plug it in again or choose another one."
            ).format(name=named)
        case DeviceProblem.NO_SOUND_SERVER:
            return translate(
                "DeviceProblem",
                "This computer's sound system is not running.",
            )
        case DeviceProblem.FAILED:
            return translate(
                "DeviceProblem",
                "{name} was found but does not deliver. Unplug it and plug it in again.",
            ).format(name=named)


def _none_found(kind: DeviceKind) -> str:
    match kind:
        case DeviceKind.CAMERA:
            return translate("DeviceProblem", "No camera was found.")
        case DeviceKind.MICROPHONE:
            return translate("DeviceProblem", "No microphone was found.")
        case DeviceKind.SPEAKER:
            return translate("DeviceProblem", "No speaker was found.")


def _denied(kind: DeviceKind) -> str:
    match kind:
        case DeviceKind.CAMERA:
            return translate(
                "DeviceProblem",
                "Passerby may not use the camera. Allow it in the privacy settings of your system.",
            )
        case DeviceKind.MICROPHONE:
            return translate(
                "DeviceProblem",
                "Passerby may not use the microphone. Allow it in the privacy settings of your system.",
            )
        case DeviceKind.SPEAKER:
            return translate(
                "DeviceProblem",
                "Passerby may not play sound. Allow it in the privacy settings of your system.",
            )


def device_note(device: DeviceSituation, wanted_name: str = "") -> str:
    """What a person should know about this device now; empty when all is well."""
    if device.problem is not None:
        return device_problem(device.kind, device.problem, device.problem_name)
    if device.stand_in:
        return _stand_in(device.kind)
    if device.wanted_missing and device.opened is not None:
        return _next_best(device.wanted_problem, wanted_name, device.opened.name)
    return ""


def device_notes(mode: Mode, devices: Iterable[DeviceSituation]) -> list[str]:
    """What a person should know before or in a call of this mode, and what is left to do."""
    needed = [device for device in devices if device.kind in NEEDED[mode]]
    notes = [device_note(device) for device in needed]
    notes.append(what_is_left(mode, needed))
    return list(dict.fromkeys(note for note in notes if note))


def _next_best(problem: DeviceProblem | None, wanted: str, used: str) -> str:
    if not wanted:
        return translate("Device", "The device you chose is not there; using {used}.").format(
            used=used
        )
    match problem:
        case DeviceProblem.BUSY:
            words = translate("Device", "Your {wanted} is used by another program; using {used}.")
        case DeviceProblem.DENIED:
            words = translate("Device", "Passerby may not use your {wanted}; using {used}.")
        case DeviceProblem.FAILED:
            words = translate("Device", "Your {wanted} does not deliver; using {used}.")
        case _:
            words = translate("Device", "Your {wanted} is not there; using {used}.")
    return words.format(wanted=wanted, used=used)


def _stand_in(kind: DeviceKind) -> str:
    if kind is DeviceKind.CAMERA:
        return translate("Device", "A test picture stands in for the camera.")
    return translate("Device", "A generated voice stands in for the microphone.")


def stand_in_name(kind: DeviceKind) -> str:
    """What takes the place of such a device, as the name of one."""
    if kind is DeviceKind.CAMERA:
        return translate("Device", "test picture")
    return translate("Device", "generated voice")


def what_is_left(mode: Mode, devices: Iterable[DeviceSituation]) -> str:
    """What one can do in this mode with the devices that work; empty when all of them do."""
    broken = frozenset(device.kind for device in devices if device.problem is not None)
    if not broken:
        return ""
    return _left_in_video(broken) if mode is Mode.VIDEO else _left_in_voice(broken)


def _left_in_video(broken: frozenset[DeviceKind]) -> str:
    works = tuple(kind not in broken for kind in NEEDED[Mode.VIDEO])
    match works:
        case (False, True, True):
            return translate("WhatIsLeft", "You can still talk and write.")
        case (True, False, True):
            return translate("WhatIsLeft", "You can still be seen, listen and write.")
        case (True, True, False):
            return translate("WhatIsLeft", "You can still be seen and heard, and write.")
        case (False, False, True):
            return translate("WhatIsLeft", "You can still watch, listen and write.")
        case (False, True, False):
            return translate("WhatIsLeft", "You can still watch, be heard and write.")
        case (True, False, False):
            return translate("WhatIsLeft", "You can still see each other and write.")
        case _:
            return translate("WhatIsLeft", "You can still watch and write.")


def _left_in_voice(broken: frozenset[DeviceKind]) -> str:
    if DeviceKind.SPEAKER not in broken:
        return translate("WhatIsLeft", "You can still listen and write.")
    if DeviceKind.MICROPHONE not in broken:
        return translate("WhatIsLeft", "You can still be heard and write.")
    return translate("WhatIsLeft", "You can still write.")
