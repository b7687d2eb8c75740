"""The frame of a welcome page: one calm column in the middle."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

COLUMN_WIDTH = 560


class Page(QScrollArea):
    """Subclasses add to rows and set their words in retranslate. Scrolls in a small window."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QWidget()
        column.setMaximumWidth(COLUMN_WIDTH)
        self.rows = QVBoxLayout(column)
        self.rows.setContentsMargins(24, 16, 24, 16)
        self.rows.setSpacing(10)
        self.rows.addStretch(1)
        inside = QWidget()
        around = QHBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(column, 100)
        around.addStretch(1)
        self.setWidget(inside)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        raise NotImplementedError
