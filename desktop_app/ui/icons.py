"""Icons of one family (Material Design Icons) in the colours of the palette."""

from functools import cache, lru_cache

# qtawesome asks QtPy for the binding, which takes the one that is imported already.
from PySide6.QtGui import QColor, QIcon

from qtawesome.iconic_font import IconicFont  # isort: skip

_FONT = (
    "mdi6",
    "materialdesignicons6-webfont-6.9.96.ttf",
    "materialdesignicons6-webfont-charmap-6.9.96.json",
)


def icon(name: str, colour: QColor, disabled: QColor | None = None) -> QIcon:
    """name is one of pictogrammers.com/library/mdi, such as "cog"."""
    return _made(name, colour.rgba(), (disabled or colour).rgba())


@lru_cache(maxsize=256)
def _made(name: str, colour: int, disabled: int) -> QIcon:
    """colour and disabled are 0xAARRGGBB. Kept, for qtawesome takes 1 ms to make one."""
    made: QIcon = _font().icon(
        f"mdi6.{name}", color=QColor.fromRgba(colour), color_disabled=QColor.fromRgba(disabled)
    )
    return made


@cache
def _font() -> IconicFont:
    """The one family in use; qtawesome's own instance reads and checks twelve."""
    return IconicFont(_FONT)
