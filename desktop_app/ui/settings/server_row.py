"""One server of the list: choose, check, remove."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.presenters.server_checks import ServerChecker
from desktop_app.session.server_check import ServerCheck
from desktop_app.settings.model import Server
from desktop_app.ui import server_messages
from desktop_app.ui.parts.icon_buttons import IconButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.plain_words import in_tip, on_button


class ServerRow(QWidget):
    """The server in use cannot be removed."""

    chosen = Signal()
    remove_asked = Signal()

    def __init__(self, server: Server, used: bool, checker: ServerChecker) -> None:
        super().__init__()
        self._server = server
        self._checker = checker
        checker.answered.connect(self._show_check)
        self.choice = ServerChoice(server.url)
        self.choice.setChecked(used)
        self.choice.clicked.connect(self.chosen)
        self.check = IconButton("refresh", "flat")
        self.check.set_label(self.tr("Check {server}").format(server=server.url))
        self.check.clicked.connect(self._ask)
        self.remove = IconButton("delete-outline", "flat")
        self.remove.set_label(self.tr("Remove {server}").format(server=server.url))
        self.remove.setEnabled(not used)
        self.remove.clicked.connect(self.remove_asked)
        self.answer = label("muted", wrap=True)
        self.answer.hide()
        first = QHBoxLayout()
        first.addWidget(self.choice, 1)
        first.addWidget(self.check)
        first.addWidget(self.remove)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(first)
        rows.addWidget(self.answer)

    def _show_check(self, check: ServerCheck) -> None:
        self._say(server_messages.server_check(check))

    def _ask(self) -> None:
        self._say(self.tr("Checking…"))
        self._checker.ask(self._server.url, self._server.plain_accepted)

    def _say(self, text: str) -> None:
        self.answer.setText(text)
        self.answer.show()


class ServerChoice(QRadioButton):
    """An address, cut in the middle where there is no room for it; the tool tip has it whole."""

    def __init__(self, url: str) -> None:
        super().__init__(on_button(url))
        self._url = url
        self.setAccessibleName(url)
        self.setToolTip(in_tip(url))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        place = QStyle.SubElement.SE_RadioButtonContents
        room = self.style().subElementRect(place, option, self).width()
        cut = self.fontMetrics().elidedText(self._url, Qt.TextElideMode.ElideMiddle, room)
        self.setText(on_button(cut))
