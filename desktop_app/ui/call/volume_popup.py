"""The volume slider that opens above its button."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from desktop_app.ui.parts.labels import label


class VolumePopup(QFrame):
    volume_chosen = Signal(float)
    """From 0 to 1."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        frame = QFrame()
        frame.setProperty("role", "popup")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setFixedWidth(160)
        self._slider.valueChanged.connect(self._tell)
        self._number = label("muted")
        self._number.setFixedWidth(self._number.fontMetrics().horizontalAdvance("100 %"))
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 10, 14, 10)
        row.addWidget(self._slider)
        row.addWidget(self._number)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(frame)

    def set_label(self, text: str) -> None:
        self._slider.setAccessibleName(text)

    def open_above(self, button: QWidget, volume: float) -> None:
        self._slider.setValue(round(volume * 100))
        self._number.setText(f"{self._slider.value()} %")
        self.adjustSize()
        middle = button.mapToGlobal(QPoint(button.width() // 2, 0))
        self.move(middle.x() - self.width() // 2, middle.y() - self.height() - 6)
        self.show()
        self._slider.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def _tell(self, value: int) -> None:
        self._number.setText(f"{value} %")
        self.volume_chosen.emit(value / 100)
