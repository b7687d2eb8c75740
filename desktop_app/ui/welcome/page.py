"""The frame of a welcome page: one calm column in the middle."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.ui.parts.page import Page

COLUMN_WIDTH = 560


class WelcomePage(Page):
    """The column keeps its width in a wide window."""

    def __init__(self) -> None:
        super().__init__()
        self.column.setMaximumWidth(COLUMN_WIDTH)
        self.rows.setContentsMargins(24, 16, 24, 16)
        self.rows.addStretch(1)
        inside = QWidget()
        around = QHBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(self.column, 100)
        around.addStretch(1)
        self.setWidget(inside)
