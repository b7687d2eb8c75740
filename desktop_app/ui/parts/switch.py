"""A check box that looks like a switch."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

_TRACK_WIDTH, _TRACK_HEIGHT, _GAP = 34, 20, 8


class Switch(QAbstractButton):
    """On or off, with its words beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = metrics.horizontalAdvance(self.text()) + _GAP if self.text() else 0
        return QSize(_TRACK_WIDTH + words + 4, max(_TRACK_HEIGHT, metrics.height()) + 8)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _TRACK_HEIGHT) / 2
        track = QRectF(2, top, _TRACK_WIDTH, _TRACK_HEIGHT)
        colours = self.palette()
        on, off = QPalette.ColorRole.Highlight, QPalette.ColorRole.PlaceholderText
        focus = QPen(colours.color(QPalette.ColorRole.Text), 2)
        border = QPen(colours.color(on if self.isChecked() else off), 1)
        painter.setPen(focus if self.hasFocus() else border)
        painter.setBrush(colours.color(on if self.isChecked() else QPalette.ColorRole.Base))
        painter.drawRoundedRect(track, _TRACK_HEIGHT / 2, _TRACK_HEIGHT / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            colours.color(QPalette.ColorRole.HighlightedText if self.isChecked() else off)
        )
        left = track.right() - _TRACK_HEIGHT + 3 if self.isChecked() else track.left() + 3
        painter.drawEllipse(QRectF(left, top + 3, _TRACK_HEIGHT - 6, _TRACK_HEIGHT - 6))
        painter.setPen(colours.color(QPalette.ColorRole.WindowText))
        words = self.rect().adjusted(_TRACK_WIDTH + _GAP + 2, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
