"""A small rounded label for a fact, such as "muted"."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.icons import icon

_ICON = 14
_PADDING = 9
_GAP = 5


class Pill(QWidget):
    """An icon and a word or two; hidden while the word is empty."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._text = ""
        self._compact = False
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.88)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.updateGeometry()
            self.update()
        self.setVisible(bool(text))

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone; the word is then the tool tip."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.icon_width if self._compact else self.full_width, self._height)

    @property
    def full_width(self) -> int:
        return self.icon_width + _GAP + self.fontMetrics().horizontalAdvance(self._text)

    @property
    def icon_width(self) -> int:
        return 2 * _PADDING + _ICON

    @property
    def _height(self) -> int:
        return self.fontMetrics().height() + 8

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        ink = self.palette().color(QPalette.ColorRole.PlaceholderText)
        top = (self.height() - _ICON) // 2
        icon(self._name, ink).paint(painter, _PADDING, top, _ICON, _ICON)
        if self._compact:
            return
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        words = self.rect().adjusted(_PADDING + _ICON + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._text)
