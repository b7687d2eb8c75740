"""The chat panel: lines, typing indicator, entry."""

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.presenters.call import CallPresenter
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Situation
from desktop_app.ui import wish_messages
from desktop_app.ui.chat.entry import Entry
from desktop_app.ui.chat.link_dialog import LinkDialog
from desktop_app.ui.chat.transcript_view import TranscriptView
from desktop_app.ui.parts.icon_buttons import IconButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.parts.styling import set_styled
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS

COUNTER_FROM = TEXT_MAX_CHARACTERS - 200
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
_SIGNS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
"""What Windows calls AltGr; on macOS Alt alone chooses signs too."""


class ChatPanel(QFrame):
    def __init__(self, presenter: CallPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setProperty("role", "panel")
        self.lines = TranscriptView()
        self.lines.link_clicked.connect(self._ask_about_link)
        self.entry = Entry()
        self.entry.sent.connect(self._send)
        self.entry.textChanged.connect(self._follow_text)
        self.send = IconButton("send", "flat")
        self.send.clicked.connect(self._send)
        self.typing = label("muted")
        self.counter = label("muted")
        self.too_long = label("problem", wrap=True)
        self.too_long.hide()
        self._lay_out()
        presenter.situation_changed.connect(self._show)
        presenter.line_added.connect(self.lines.add)
        presenter.line_changed.connect(self.lines.change)
        presenter.transcript_cleared.connect(self._begin_anew)
        for line in presenter.transcript:
            self.lines.add(line)
        self._retranslate()
        self._follow_text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show(self._presenter.situation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whoever types writes, also while one of the lines has the focus."""
        held = event.modifiers()
        is_sign = held & _SIGNS == _SIGNS or not held & _COMMANDS
        if event.text().isprintable() and event.text() and is_sign:
            self.entry.setFocus()
            self.entry.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        below = row(8)
        below.addWidget(self.typing, 1)
        below.addWidget(self.counter)
        writing = row(6)
        writing.addWidget(self.entry, 1)
        writing.addWidget(self.send)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 14, 12, 12)
        rows.setSpacing(6)
        rows.addWidget(self.lines, 1)
        rows.addLayout(below)
        rows.addWidget(self.too_long)
        rows.addLayout(writing)

    def _retranslate(self) -> None:
        self.lines.setAccessibleName(self.tr("Conversation"))
        self.entry.setPlaceholderText(self.tr("Write a message…"))
        self.entry.setAccessibleName(self.tr("Message"))
        self.send.set_label(self.tr("Send (Enter)"))
        self._show(self._presenter.situation)

    def _show(self, situation: Situation) -> None:
        talking = situation.phase is Phase.TALKING
        self.send.setEnabled(talking and self._fits)
        stranger = situation.stranger
        typing = talking and stranger is not None and stranger.typing
        self.typing.setText(self.tr("The stranger is typing…") if typing else "")
        if talking:
            greeting = self.tr("You are talking with a stranger. Say hello!")
            shared = wish_messages.shared(stranger) if stranger is not None else ""
            self.lines.show_notice(f"{greeting}\n{shared}" if shared else greeting)
        elif self._presenter.transcript:
            self.lines.show_notice(self.tr("This conversation is over."))
        else:
            self.lines.show_notice(self.tr("What you write to each other appears here."))

    @property
    def _fits(self) -> bool:
        return 0 < len(self.entry.toPlainText().strip()) <= TEXT_MAX_CHARACTERS

    def _begin_anew(self) -> None:
        """Nothing that was meant for one stranger is left for the next."""
        self.lines.clear()
        self.entry.clear()

    def _follow_text(self) -> None:
        text = self.entry.toPlainText()
        length = len(text.strip())
        self.counter.setText(f"{length} / {TEXT_MAX_CHARACTERS}" if length >= COUNTER_FROM else "")
        role = "problem" if length > TEXT_MAX_CHARACTERS else "muted"
        set_styled(self.counter, "role", role)
        if length <= TEXT_MAX_CHARACTERS:
            self.too_long.hide()
        elif self.too_long.isVisibleTo(self):
            self._refuse(length)
        self.send.setEnabled(self._presenter.situation.phase is Phase.TALKING and self._fits)
        self._presenter.note_typing(text)

    def _send(self) -> None:
        text = self.entry.toPlainText()
        length = len(text.strip())
        if length > TEXT_MAX_CHARACTERS:
            self._refuse(length)
        elif self._presenter.say(text):
            self.entry.clear()

    def _refuse(self, length: int) -> None:
        """Say in place of the counter that the message is too long; it stays as it is."""
        self.counter.clear()
        self.too_long.setText(
            self.tr("Too long to send: {length} of {most} characters.").format(
                length=length, most=TEXT_MAX_CHARACTERS
            )
        )
        self.too_long.show()

    def _ask_about_link(self, url: QUrl) -> None:
        LinkDialog(url, self).open()
