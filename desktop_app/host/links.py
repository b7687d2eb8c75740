"""Links that the system hands to the running application: macOS sends them as events."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFileOpenEvent


def follow_links(application: QCoreApplication, on_link: Callable[[str], None]) -> None:
    """Call on_link with each passerby:// address that the system opens while this runs.

    Other systems start a second instance instead, and a filter in Python would see every event
    of every widget, thirty pictures a second among them, for nothing.
    """
    if sys.platform == "darwin":
        application.installEventFilter(LinkEvents(application, on_link))


class LinkEvents(QObject):
    """Takes links out of an application's events."""

    def __init__(self, application: QCoreApplication, on_link: Callable[[str], None]) -> None:
        super().__init__(application)
        self._on_link = on_link

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QFileOpenEvent) and event.url().scheme() == "passerby":
            self._on_link(event.url().toString())
            return True
        return super().eventFilter(watched, event)
