"""The frame of a settings page: headings, and rows of names and what they name."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.page import Page


class SettingsPage(Page):
    """The column fills the dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.rows.setContentsMargins(4, 4, 14, 4)
        self.setWidget(self.column)

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
