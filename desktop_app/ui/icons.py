"""Icons of one family (Material Design Icons) in the colours of the palette."""

# qtawesome asks QtPy for the binding, which takes the one that is imported already.
from PySide6.QtGui import QColor, QIcon

import qtawesome  # isort: skip


def icon(name: str, colour: QColor) -> QIcon:
    """name is one of pictogrammers.com/library/mdi, such as "cog"."""
    made: QIcon = qtawesome.icon(f"mdi6.{name}", color=colour, color_disabled=_faded(colour))
    return made


def _faded(colour: QColor) -> QColor:
    faded = QColor(colour)
    faded.setAlpha(90)
    return faded
