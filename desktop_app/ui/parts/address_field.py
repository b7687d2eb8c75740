"""An address to be looked at before one agrees to it."""

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPlainTextEdit

_HEIGHT = 72


class AddressField(QPlainTextEdit):
    """Shows the whole address as it is, in plain ASCII; a long one is wrapped, and scrolls."""

    def __init__(self, url: QUrl) -> None:
        super().__init__(shown_address(url))
        self.setReadOnly(True)
        self.setFixedHeight(_HEIGHT)


def shown_address(url: QUrl) -> str:
    """The whole address in plain ASCII, so that no letter can pass for another one."""
    return bytes(url.toEncoded().data()).decode("ascii")
