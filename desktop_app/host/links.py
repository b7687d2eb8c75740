"""Links that the system hands to the running application: macOS sends them as events."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent


class LinkEvents(QObject):
    """Install it as the application's event filter."""

    opened = Signal(str)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QFileOpenEvent) and event.url().scheme() == "passerby":
            self.opened.emit(event.url().toString())
            return True
        return super().eventFilter(watched, event)
