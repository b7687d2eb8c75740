"""The frame of a settings page: headings, and rows of names and what they name."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout, QWidget

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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Not before: Qt forgets an order when the page is put into its window.
        self.order_focus()

    def order_focus(self) -> None:
        """Let Tab go down the page, also through what was put in later than what is below it."""
        for before, after in pairwise(_reached_by_tab(self.rows)):
            self.setTabOrder(before, after)


def _reached_by_tab(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        assert item is not None
        widget = item.widget()
        within = widget.layout() if widget is not None else item.layout()
        if widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        elif within is not None:
            yield from _reached_by_tab(within)


def named(widget: QWidget, text: str, name: QLabel) -> None:
    """Give a widget its visible name, for screen readers too."""
    name.setText(text)
    name.setBuddy(widget)
    widget.setAccessibleName(text)
