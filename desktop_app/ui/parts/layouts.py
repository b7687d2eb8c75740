"""Layouts with their spacing in one line."""

from PySide6.QtWidgets import QHBoxLayout


def row(spacing: int) -> QHBoxLayout:
    """A row without margins; spacing in pixels."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    return made
