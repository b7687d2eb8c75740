"""Labels in the few sizes and colours that the screens use. Never markup."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def label(role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """role is "title", "heading", "muted", "problem" or empty for ordinary text."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made
