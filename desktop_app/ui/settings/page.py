"""The frame of a settings page: headings and rows, scrolled when the window is small."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.parts.labels import label


class SettingsPage(QScrollArea):
    """Subclasses add to rows and set their words in retranslate."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.rows = QVBoxLayout(inside)
        self.rows.setContentsMargins(4, 4, 14, 4)
        self.rows.setSpacing(10)
        self.setWidget(inside)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Set every word anew."""
        raise NotImplementedError

    def add_heading(self) -> QLabel:
        heading = label("heading")
        if self.rows.count():
            self.rows.addSpacing(10)
        self.rows.addWidget(heading)
        return heading

    def add_grid(self) -> QGridLayout:
        """A grid of names at the left and what they name at the right."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.rows.addLayout(grid)
        return grid


def named(widget: QWidget, text: str, name: QLabel) -> None:
    """Give a widget its visible name, for screen readers too."""
    name.setText(text)
    name.setBuddy(widget)
    widget.setAccessibleName(text)
