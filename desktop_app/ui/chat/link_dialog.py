"""Asks before an address from the chat is opened."""

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_app.ui.chat.links import shown_address
from desktop_app.ui.parts.question import Question

translate = QCoreApplication.translate


class LinkDialog(Question):
    """Shows the whole address as it is, in plain ASCII."""

    def __init__(self, url: QUrl, parent: QWidget) -> None:
        super().__init__(
            translate("LinkDialog", "Open this address?"),
            translate("LinkDialog", "Open in the browser"),
            translate("LinkDialog", "Cancel"),
            parent,
        )
        self.add_text(
            translate(
                "LinkDialog", "A stranger sent it. The page will learn your network address."
            ),
            "muted",
        )
        self.address = QPlainTextEdit(shown_address(url))
        self.address.setReadOnly(True)
        self.address.setFixedHeight(72)
        self.add_widget(self.address)
        self.no.setDefault(True)
        self.no.setFocus()
        self.accepted.connect(lambda: QDesktopServices.openUrl(url))
