"""An address, a check, and what came of it; for the first start and for the settings."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from desktop_app.presenters.server_checks import ServerChecker
from desktop_app.session.server_check import ServerCheck
from desktop_app.session.situation import LinkProblem
from desktop_app.ui import server_messages
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.parts.styling import set_styled


class ServerForm(QWidget):
    """The consent to a plain connection is offered when an address needs it."""

    good_changed = Signal(bool)
    """Whether the address in the line is known to be good."""

    def __init__(self, checker: ServerChecker) -> None:
        super().__init__()
        self._checker = checker
        checker.answered.connect(self.show_check)
        self.address = QLineEdit()
        self.address.textEdited.connect(lambda _: self._forget())
        self.address.returnPressed.connect(self.ask)
        self.check = TextButton()
        self.check.clicked.connect(self.ask)
        self.plain = QCheckBox()
        self.plain.toggled.connect(self._follow_plain)
        self.plain.hide()
        self.answer = label("muted", wrap=True)
        self._good: ServerCheck | None = None
        self._shown: ServerCheck | None = None
        """The check whose answer is shown, if any."""
        first = row(8)
        first.addWidget(self.address, 1)
        first.addWidget(self.check)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(first)
        rows.addWidget(self.plain)
        rows.addWidget(self.answer)
        self._retranslate()

    @property
    def good(self) -> ServerCheck | None:
        """The check of the address in the line, once it has passed."""
        return self._good

    @property
    def plain_accepted(self) -> bool:
        return self.plain.isChecked()

    def ask(self) -> None:
        """Check what stands in the line."""
        if self.address.text().strip():
            self._forget(keep_plain=True)
            self._say(self.tr("Checking…"), "muted")
            self._checker.ask(self.address.text().strip(), self.plain_accepted)

    def show_check(self, check: ServerCheck) -> None:
        """The answer for the address in the line."""
        self._shown = check
        self._say(server_messages.server_check(check), "" if check.ok else "problem")
        if check.problem is LinkProblem.PLAIN_REFUSED:
            self.plain.show()
        if check.ok:
            self._good = check
            self.good_changed.emit(True)

    def offer(self, url: str) -> None:
        """Put an address into an empty line and check it."""
        if not self.address.text():
            self.address.setText(url)
            self.ask()

    def clear(self) -> None:
        self.address.clear()
        self._forget()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.address.setPlaceholderText("wss://…")
        self.address.setAccessibleName(self.tr("Address of the server"))
        self.check.setText(self.tr("Check"))
        self.plain.setText(self.tr("I accept an unencrypted connection to this server"))
        if self._shown is not None:
            self.answer.setText(server_messages.server_check(self._shown))

    def _forget(self, *, keep_plain: bool = False) -> None:
        self._checker.withdraw()
        self._shown = None
        if not keep_plain:
            self.plain.setChecked(False)
            self.plain.hide()
        self._say("", "muted")
        if self._good is not None:
            self._good = None
            self.good_changed.emit(False)

    def _follow_plain(self, accepted: bool) -> None:
        if accepted:
            self.ask()
        else:
            self._forget(keep_plain=True)

    def _say(self, text: str, role: str) -> None:
        self.answer.setText(text)
        set_styled(self.answer, "role", role)
