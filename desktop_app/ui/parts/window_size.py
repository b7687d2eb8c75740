"""How large a window is at first."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME = QSize(8, 40)
"""What a window's title and borders may take, in device-independent pixels."""


def give_size(window: QWidget, wanted: QSize) -> None:
    """Make it as large as wanted, or as the screen has room for: scaled up, that may be less."""
    # Qt's own screen where nobody looks is 800 by 800.
    is_seen = QGuiApplication.platformName() != "offscreen"
    window.resize(within(window.screen().availableSize(), wanted) if is_seen else wanted)


def within(screen: QSize, wanted: QSize) -> QSize:
    """The size of what lies within a window's frame on such a screen."""
    return wanted.boundedTo(screen - FRAME)
