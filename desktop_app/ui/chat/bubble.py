"""One line of chat in its bubble."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.session.situation import TranscriptLine
from desktop_app.ui.chat.links import Link, find_links, utf16_length
from desktop_app.ui.icons import icon

LINES_MAX = 40
"""Of one text, until the person wants to see the rest."""
_SIDE, _TOP = 12, 8
_MARK = 13
_RADIUS = 14
_LINE_SEPARATOR = "\u2028"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WITHOUT_MODIFIER = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_STEPS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Bubble(QWidget):
    """As wide as its text needs, up to the width given to fit; taller from there.

    What can be opened, the links and the rest of a long text, is reached with the keys too: Left
    and Right go from one to the next, Enter opens it.
    """

    link_clicked = Signal(QUrl)
    focused = Signal()
    unfolded = Signal()
    """The person wants to see the rest: it grows now."""

    def __init__(self, line: TranscriptLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        text = line.text.replace("\r\n", "\n").replace("\n", _LINE_SEPARATOR)
        self._length = utf16_length(text)
        self._links = find_links(text)
        self._shown: tuple[Link, ...] = ()
        """The links in the lines that are shown."""
        self._chosen = 0
        self._width = 0
        self._is_whole = False
        self._rest = QRectF()
        """Where one sees the rest; empty when there is none."""
        self._layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.setFormats([_underlined(link) for link in self._links])
        self.setAccessibleName(line.text)

    @property
    def line(self) -> TranscriptLine:
        return self._line

    def show_line(self, line: TranscriptLine) -> None:
        """The same line, delivered."""
        self._line = line
        self.update()

    def fit(self, width: int) -> None:
        """Take the size that the text needs within this width, in pixels."""
        self._width = width
        mark = _MARK + 4 if self._line.mine else 0
        room = max(40, width - 2 * _SIDE - mark)
        height = widest = 0.0
        end = 0
        self._layout.beginLayout()
        while self._is_whole or self._layout.lineCount() < LINES_MAX:
            piece = self._layout.createLine()
            if not piece.isValid():
                break
            piece.setLineWidth(room)
            piece.setPosition(QPointF(0, height))
            height += piece.height()
            widest = max(widest, piece.naturalTextWidth())
            end = piece.textStart() + piece.textLength()
        self._layout.endLayout()
        self._shown = tuple(link for link in self._links if link.start < end)
        self._rest = QRectF()
        if end < self._length and not self._is_whole:
            words = self.fontMetrics().size(0, self._rest_words)
            self._rest = QRectF(QPointF(_SIDE, _TOP + height), words)
            height += words.height()
            widest = max(widest, words.width())
        can_be_opened = self._openable > 0
        self.setMouseTracking(can_be_opened)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if can_be_opened else Qt.FocusPolicy.NoFocus)
        size = QSize(math.ceil(widest) + 2 * _SIDE + mark, math.ceil(height) + 2 * _TOP)
        self.setFixedSize(size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._colour(QPalette.ColorRole.HighlightedText, QPalette.ColorRole.Text)
        ground = self._colour(QPalette.ColorRole.Highlight, QPalette.ColorRole.Button)
        self._paint_ground(painter, ground)
        chosen = self._chosen if self.hasFocus() else None
        selections = [
            _inverted(link, ink, ground)
            for number, link in enumerate(self._shown)
            if number == chosen
        ]
        painter.setPen(ink)
        self._layout.draw(painter, QPointF(_SIDE, _TOP), selections)
        if not self._rest.isEmpty():
            is_chosen = chosen == len(self._shown)
            self._paint_rest(painter, *((ground, ink) if is_chosen else (ink, ground)))
        if self._line.mine:
            faded = QColor(ink)
            faded.setAlpha(230 if self._line.delivered else 130)
            name = "check-all" if self._line.delivered else "check"
            left, top = self.width() - _MARK - 7, self.height() - _MARK - 7
            icon(name, faded).paint(painter, left, top, _MARK, _MARK)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and not self._rest.isEmpty():
            self.fit(self._width)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._chosen = 0
        super().focusInEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in _WITHOUT_MODIFIER
        if plain and self._openable and (step := _STEPS.get(event.key())):
            self._chosen = min(max(0, self._chosen + step), self._openable - 1)
            self.update()
        elif plain and event.key() in _ENTER:
            if not event.isAutoRepeat():
                self._open(self._chosen)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._openable_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._openable_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and number is not None:
            self._open(number)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self._line.text))
        menu.popup(event.globalPos())

    @property
    def _openable(self) -> int:
        """How much can be opened: the links that are shown, and then the rest."""
        return len(self._shown) + (not self._rest.isEmpty())

    @property
    def _rest_words(self) -> str:
        return self.tr("Show all")

    def _open(self, number: int) -> None:
        if number < len(self._shown):
            self.link_clicked.emit(self._shown[number].url)
        elif number < self._openable:
            self._is_whole = True
            self.unfolded.emit()
            self.fit(self._width)
            self.update()

    def _openable_at(self, position: QPointF) -> int | None:
        if self._rest.contains(position):
            return len(self._shown)
        inside = position - QPointF(_SIDE, _TOP)
        for row in range(self._layout.lineCount()):
            piece = self._layout.lineAt(row)
            if piece.naturalTextRect().contains(inside):
                spot = piece.xToCursor(inside.x(), piece.CursorPosition.CursorOnCharacter)
                for number, link in enumerate(self._shown):
                    if link.start <= spot < link.end:
                        return number
        return None

    def _paint_ground(self, painter: QPainter, ground: QColor) -> None:
        """The bubble itself, with a ring while it has the focus."""
        painter.setBrush(ground)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)

    def _paint_rest(self, painter: QPainter, ink: QColor, ground: QColor) -> None:
        font = self.font()
        font.setUnderline(True)
        painter.setFont(font)
        painter.fillRect(self._rest, ground)
        painter.setPen(ink)
        painter.drawText(self._rest, Qt.AlignmentFlag.AlignLeft, self._rest_words)

    def _colour(self, mine: QPalette.ColorRole, theirs: QPalette.ColorRole) -> QColor:
        return self.palette().color(mine if self._line.mine else theirs)


def _underlined(link: Link) -> QTextLayout.FormatRange:
    made = QTextCharFormat()
    made.setFontUnderline(True)
    return _formatted(link, made)


def _inverted(link: Link, ink: QColor, ground: QColor) -> QTextLayout.FormatRange:
    made = QTextCharFormat()
    made.setForeground(ground)
    made.setBackground(ink)
    return _formatted(link, made)


def _formatted(link: Link, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = link.start, link.end - link.start, form
    return made
