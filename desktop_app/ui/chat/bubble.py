"""One line of chat in its bubble."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.session.situation import TranscriptLine
from desktop_app.ui.chat.links import find_links
from desktop_app.ui.icons import icon

_SIDE, _TOP = 12, 8
_MARK = 13
_RADIUS = 14
_LINE_SEPARATOR = "\u2028"


class Bubble(QWidget):
    """As wide as its text needs, up to the width given to fit; taller from there."""

    link_clicked = Signal(QUrl)

    def __init__(self, line: TranscriptLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        text = line.text.replace("\r\n", "\n").replace("\n", _LINE_SEPARATOR)
        self._links = find_links(text)
        self._layout = QTextLayout(text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.setFormats([_underlined(link.start, link.end) for link in self._links])
        self.setMouseTracking(bool(self._links))
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
        mark = _MARK + 4 if self._line.mine else 0
        room = max(40, width - 2 * _SIDE - mark)
        height = 0.0
        widest = 0.0
        self._layout.beginLayout()
        while (piece := self._layout.createLine()).isValid():
            piece.setLineWidth(room)
            piece.setPosition(QPointF(0, height))
            height += piece.height()
            widest = max(widest, piece.naturalTextWidth())
        self._layout.endLayout()
        size = QSize(math.ceil(widest) + 2 * _SIDE + mark, math.ceil(height) + 2 * _TOP)
        self.setFixedSize(size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(QPalette.ColorRole.Highlight, QPalette.ColorRole.Button))
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        ink = self._colour(QPalette.ColorRole.HighlightedText, QPalette.ColorRole.Text)
        painter.setPen(ink)
        self._layout.draw(painter, QPointF(_SIDE, _TOP))
        if self._line.mine:
            faded = QColor(ink)
            faded.setAlpha(230 if self._line.delivered else 130)
            name = "check-all" if self._line.delivered else "check"
            left, top = self.width() - _MARK - 7, self.height() - _MARK - 7
            icon(name, faded).paint(painter, left, top, _MARK, _MARK)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._link_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        url = self._link_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and url is not None:
            self.link_clicked.emit(url)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self._line.text))
        menu.popup(event.globalPos())

    def _link_at(self, position: QPointF) -> QUrl | None:
        inside = position - QPointF(_SIDE, _TOP)
        for number in range(self._layout.lineCount()):
            piece = self._layout.lineAt(number)
            if piece.naturalTextRect().contains(inside):
                spot = piece.xToCursor(inside.x(), piece.CursorPosition.CursorOnCharacter)
                for link in self._links:
                    if link.start <= spot < link.end:
                        return link.url
        return None

    def _colour(self, mine: QPalette.ColorRole, theirs: QPalette.ColorRole) -> QColor:
        return self.palette().color(mine if self._line.mine else theirs)


def _underlined(start: int, end: int) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = start, end - start
    made.format = QTextCharFormat()
    made.format.setFontUnderline(True)
    return made
