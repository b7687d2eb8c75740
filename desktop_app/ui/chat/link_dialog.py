"""Asks before an address from the chat is opened."""

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop_app.ui.parts.address_field import AddressField
from desktop_app.ui.parts.question import Question

translate = QCoreApplication.translate


class LinkDialog(Question):
    """Shows where a link leads, whole."""

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
        self.address = AddressField(url)
        self.add_widget(self.address)
        self.no.setDefault(True)
        self.no.setFocus()
        self.accepted.connect(lambda: QDesktopServices.openUrl(url))
