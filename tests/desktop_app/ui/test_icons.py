"""Icons by name, out of the font they come in."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from desktop_app.ui.icons import icon

SIZE = QSize(64, 64)


def colours_of(image: QImage) -> set[str]:
    """Of what is fully painted."""
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    found = (image.pixelColor(x, y) for x, y in points)
    return {colour.name() for colour in found if colour.alpha() == 255}


def test_an_icon_is_drawn_in_its_colour_and_another_while_it_is_disabled(app: QApplication):
    made = icon("stop", QColor("#336699"), QColor("#aa2200"))

    assert colours_of(made.pixmap(SIZE).toImage()) == {"#336699"}
    assert colours_of(made.pixmap(SIZE, QIcon.Mode.Disabled).toImage()) == {"#aa2200"}


def test_a_name_that_the_font_does_not_have_is_told_at_once(app: QApplication):
    with pytest.raises(KeyError, match="no-such-icon"):
        icon("no-such-icon", QColor("black"))
