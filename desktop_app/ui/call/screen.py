"""The call screen: header, stranger and controls at the left, the chat at the right."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.engine_messages import Stream
from desktop_app.presenters.call import CallPresenter
from desktop_app.session.situation import TranscriptLine
from desktop_app.ui.call.controls import Controls
from desktop_app.ui.call.header import Header
from desktop_app.ui.call.stage import Stage
from desktop_app.ui.chat.panel import ChatPanel
from desktop_app.ui.video.live_image import LiveImage
from signaling_server.protocol.messages import Mode

CHAT_WIDTH_MIN, CHAT_WIDTH_MAX = 250, 400
CHAT_SHARE = 0.28
TEXT_SHARE = 0.45
"""In a text call the chat is what one looks at."""
CHAT_FROM_WIDTH = 860
"""In a narrower window the chat is shown only when asked for."""


class CallScreen(QWidget):
    next_asked = Signal()
    block_asked = Signal()
    settings_asked = Signal()
    wishes_asked = Signal()
    report_asked = Signal()
    accept_plain_asked = Signal()
    statistics_asked = Signal()

    def __init__(
        self,
        presenter: CallPresenter,
        images: dict[Stream, LiveImage],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.header = Header(presenter)
        self.header.chat_toggled.connect(self._toggle_chat)
        self.header.accept_plain_asked.connect(self.accept_plain_asked)
        self.header.statistics_asked.connect(self.statistics_asked)
        self.stage = Stage(presenter, images[Stream.STRANGER], images[Stream.SELF])
        self.stage.meet_asked.connect(self.next_asked)
        self.controls = Controls(presenter)
        self.controls.next_asked.connect(self.next_asked)
        self.controls.block_asked.connect(self.block_asked)
        self.controls.settings_asked.connect(self.settings_asked)
        self.controls.wishes_asked.connect(self.wishes_asked)
        self.controls.report_asked.connect(self.report_asked)
        self.chat = ChatPanel(presenter)
        self._chat_wanted: bool | None = None
        presenter.line_added.connect(self._note_unread)
        presenter.situation_changed.connect(lambda _: self._show_chat())
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(self.header)
        left.addWidget(self.stage, 1)
        left.addWidget(self.controls)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 10, 14, 14)
        columns.setSpacing(14)
        columns.addLayout(left, 1)
        columns.addWidget(self.chat)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() < CHAT_FROM_WIDTH) != (self.width() < CHAT_FROM_WIDTH):
            self._chat_wanted = None
        self._show_chat()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.chat.entry.setFocus()

    def _toggle_chat(self) -> None:
        self._chat_wanted = self.chat.isHidden()
        self._show_chat()
        if self._chat_wanted:
            self.chat.entry.setFocus()

    def _show_chat(self) -> None:
        writing = self._presenter.situation.mode is Mode.TEXT
        share, most = (TEXT_SHARE, self.width()) if writing else (CHAT_SHARE, CHAT_WIDTH_MAX)
        self.chat.setFixedWidth(max(CHAT_WIDTH_MIN, min(most, int(self.width() * share))))
        roomy = writing or self.width() >= CHAT_FROM_WIDTH
        self._set_chat_shown(roomy if self._chat_wanted is None else self._chat_wanted)

    def _set_chat_shown(self, shown: bool) -> None:
        """Whoever wrote goes on writing when there is room again: till then the screen waits."""
        focused = self.window().focusWidget()
        if not shown and focused is self.chat.entry:
            self.setFocus()
        self.chat.setVisible(shown)
        if shown:
            self.header.show_unread(False)
            if focused is self:
                self.chat.entry.setFocus()

    def _note_unread(self, line: TranscriptLine) -> None:
        if not line.mine and self.chat.isHidden():
            self.header.show_unread(True)
