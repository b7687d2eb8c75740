"""Properties of widgets that the style sheet looks at."""

from PySide6.QtWidgets import QWidget


def set_styled(widget: QWidget, name: str, value: str | bool) -> None:
    """Set one, and have the widget look as it says."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
