"""Whether the system lets the application use camera and microphone; macOS asks the person."""

import sys
from collections.abc import Callable

from PySide6.QtCore import (
    QCameraPermission,
    QCoreApplication,
    QMicrophonePermission,
    QPermission,
    Qt,
)

from desktop_app.engine_messages import DeviceKind

Answer = Callable[[bool], None]


def ask_permission(kind: DeviceKind, answer: Answer) -> None:
    """Call answer on the interface's thread with whether a device of this kind may be opened.

    Only macOS has to be asked, and only by the .app, which says why in its Info.plist: a program
    run from its sources has the permission of the terminal it was started from, and Qt would
    refuse without a question. The other systems answer yes at once, and say no when a device is
    opened. May be repeated: macOS shows the person one question and repeats the answer later.
    """
    if sys.platform == "darwin" and getattr(sys, "frozen", False):
        ask_through_qt(kind, answer)
    else:
        answer(True)


def ask_through_qt(kind: DeviceKind, answer: Answer) -> None:
    """Ask as ask_permission does, on any system."""
    application = QCoreApplication.instance()
    assert application is not None
    match kind:
        case DeviceKind.CAMERA:
            application.requestPermission(QCameraPermission(), application, _read(answer))
        case DeviceKind.MICROPHONE:
            application.requestPermission(QMicrophonePermission(), application, _read(answer))
        case DeviceKind.SPEAKER:
            answer(True)


def _read(answer: Answer) -> Callable[[QPermission], None]:
    return lambda permission: answer(permission.status() is Qt.PermissionStatus.Granted)
