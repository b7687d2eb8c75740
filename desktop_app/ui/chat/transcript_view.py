"""The lines of the chat, newest at the bottom."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.session.situation import TranscriptLine
from desktop_app.ui.chat.bubble import Bubble
from desktop_app.ui.parts.labels import label

LINES_SHOWN_MAX = 300
"""Older lines are taken off the screen."""
_SHARE = 0.86
_NEAR_END = 40


class TranscriptView(QScrollArea):
    """Stays at the end while the person has not scrolled up; arrow and page keys scroll it too."""

    link_clicked = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("role", "transcript")
        self._bubbles: list[Bubble] = []
        self._notice = label("muted", wrap=True)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside = QWidget()
        # As wide as the view, whatever bubbles ask for that were laid out while it was hidden.
        inside.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 6, 0)
        self._rows.setSpacing(8)
        self._rows.addWidget(self._notice)
        self._rows.addStretch(1)
        self.setWidget(inside)
        self._at_end = True
        self.verticalScrollBar().rangeChanged.connect(self._keep_at_end)
        self.verticalScrollBar().valueChanged.connect(self._note_place)

    @property
    def bubbles(self) -> tuple[Bubble, ...]:
        return tuple(self._bubbles)

    @property
    def notice(self) -> str:
        return self._notice.text()

    def show_notice(self, text: str) -> None:
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def add(self, line: TranscriptLine) -> None:
        bubble = Bubble(line)
        bubble.link_clicked.connect(self.link_clicked)
        bubble.focused.connect(self._show_focused)
        bubble.unfolded.connect(self._stay)
        bubble.fit(self._bubble_width)
        side = Qt.AlignmentFlag.AlignRight if line.mine else Qt.AlignmentFlag.AlignLeft
        self._rows.addWidget(bubble, 0, side)
        self.setTabOrder(self._last_focusable, bubble)
        self._bubbles.append(bubble)
        if line.mine:
            self._at_end = True
        while len(self._bubbles) > LINES_SHOWN_MAX:
            self._remove(self._bubbles.pop(0))

    def change(self, line: TranscriptLine) -> None:
        for bubble in reversed(self._bubbles):
            known = bubble.line
            if (known.call, known.number, known.mine) == (line.call, line.number, line.mine):
                bubble.show_line(line)
                return

    def clear(self) -> None:
        for bubble in self._bubbles:
            self._remove(bubble)
        self._bubbles.clear()
        self._at_end = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            for bubble in self._bubbles:
                bubble.fit(self._bubble_width)

    @property
    def _bubble_width(self) -> int:
        return int(self.viewport().width() * _SHARE)

    @property
    def _last_focusable(self) -> QWidget:
        """Qt takes no others for the order of the tab key."""
        focusable = (one for one in reversed(self._bubbles) if one.focusPolicy())
        return next(focusable, self)

    def _remove(self, bubble: Bubble) -> None:
        if bubble.hasFocus():
            self.setFocus()
        self._rows.removeWidget(bubble)
        bubble.deleteLater()

    def _show_focused(self) -> None:
        self.ensureWidgetVisible(self.focusWidget())

    def _stay(self) -> None:
        """What is read now must not run away."""
        self._at_end = False

    def _note_place(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - _NEAR_END

    def _keep_at_end(self, _: int, maximum: int) -> None:
        if self._at_end:
            self.verticalScrollBar().setValue(maximum)
