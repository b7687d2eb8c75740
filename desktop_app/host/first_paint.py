"""When a window is there for whoever looks at the screen."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer


class FirstPaint(QObject):
    """Calls back once, when a window has been painted for the first time."""

    def __init__(self, window: QObject, painted: Callable[[], None]) -> None:
        super().__init__(window)
        self._painted = painted
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # What is in the queue behind this is the paint itself.
            QTimer.singleShot(0, self._painted)
        return False
