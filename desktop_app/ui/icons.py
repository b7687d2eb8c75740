"""Icons of one family (Material Design Icons) in the colours of the palette."""

import re
from functools import cache, lru_cache

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from desktop_app.host.paths import icon_fonts_dir

# The font is taken from qtawesome, and none of its code: that imports half of Qt through QtPy,
# and reads 7,000 names, which took a fifth of the time to the first window.
_FONT = "materialdesignicons6-webfont-6.9.96.ttf"
_CODES = "materialdesignicons6-webfont-charmap-6.9.96.json"
_FILLED = 0.875
"""Height of the letters in the height of an icon; the rest is for what stands out."""


def icon(name: str, colour: QColor, disabled: QColor | None = None) -> QIcon:
    """name is one of pictogrammers.com/library/mdi, such as "cog"; KeyError where it is not."""
    return _made(name, colour.rgba(), (disabled or colour).rgba())


@lru_cache(maxsize=256)
def _made(name: str, colour: int, disabled: int) -> QIcon:
    """colour and disabled are 0xAARRGGBB. Kept, for a screen shows the same ones many times."""
    return QIcon(_Letter(_letter(name), QColor.fromRgba(colour), QColor.fromRgba(disabled)))


class _Letter(QIconEngine):
    """Writes one letter of the icons' font, in whatever size it is asked for."""

    def __init__(self, letter: str, colour: QColor, disabled: QColor) -> None:
        super().__init__()
        self._letter = letter
        self._colour = colour
        self._disabled = disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        font = QFont(_family())
        font.setPixelSize(round(_FILLED * rect.height()))
        painter.save()
        painter.setFont(font)
        painter.setPen(self._disabled if mode is QIcon.Mode.Disabled else self._colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made


@cache
def _family() -> str:
    """Needs an application object."""
    number = QFontDatabase.addApplicationFont(str(icon_fonts_dir() / _FONT))
    return QFontDatabase.applicationFontFamilies(number)[0]


@cache
def _codes() -> str:
    return (icon_fonts_dir() / _CODES).read_text(encoding="utf-8")


def _letter(name: str) -> str:
    """Look for one name: to read them all takes longer than to draw the few that are shown."""
    found = re.search(rf'"{re.escape(name)}": "0x([0-9A-Fa-f]+)"', _codes())
    if found is None:
        raise KeyError(name)
    return chr(int(found[1], 16))
