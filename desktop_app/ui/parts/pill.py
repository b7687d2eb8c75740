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

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = 2 * _PADDING + _ICON + _GAP + metrics.horizontalAdvance(self._text)
        return QSize(width, metrics.height() + 8)

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
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        words = self.rect().adjusted(_PADDING + _ICON + _GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._text)
