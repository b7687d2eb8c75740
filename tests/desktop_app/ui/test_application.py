"""What holds for the whole application."""

import pytest
from PySide6.QtCore import QCoreApplication, QSize, QTranslator
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.ui import theme
from desktop_app.ui.application import apply_language, apply_theme
from desktop_app.ui.parts.switch import Switch
from desktop_app.ui.parts.window_size import within


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance."""

    def luminance(name: str) -> float:
        parts = (QColor(name).redF(), QColor(name).greenF(), QColor(name).blueF())
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_application_has_an_icon(app: QApplication):
    assert not app.windowIcon().pixmap(64, 64).isNull()


def test_a_window_has_room_on_a_screen_that_is_scaled_up():
    assert within(QSize(1920, 1080), QSize(1240, 700)) == QSize(1240, 700)
    scaled = within(QSize(1280, 720), QSize(1240, 700))
    assert scaled.width() == 1240
    assert scaled.height() < 700


def test_a_language_leaves_nothing_of_the_one_before(app: QApplication):
    for language in ("fr", "en", "fr", "en"):
        apply_language(app, language)

    assert len(app.findChildren(QTranslator)) <= 2
    assert QCoreApplication.translate("Phase", "Reconnecting…") == "Reconnecting…"


@pytest.mark.parametrize("colours", [theme.DARK, theme.LIGHT])
def test_words_can_be_read_on_every_ground(colours: theme.Colours):
    for ground in (colours.window, colours.panel, colours.raised, colours.stage):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.muted, ground) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    for word in (colours.danger, colours.warning):
        assert contrast(word, colours.window) >= 4.5


def test_a_disabled_word_is_fainter(app: QApplication):
    made = theme.palette(theme.DARK)
    role = QPalette.ColorRole.WindowText

    assert made.color(QPalette.ColorGroup.Disabled, role) != made.color(role)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("on", [True, False])
def test_a_switch_is_seen_in_both_states(app: QApplication, name: str, on: bool):
    apply_theme(app, name)
    switch = Switch()
    switch.setChecked(on)
    switch.resize(switch.sizeHint())
    picture = switch.grab().toImage()
    window = theme.colours_for(name).window
    row = [picture.pixelColor(x, switch.height() // 2).name() for x in range(switch.width())]

    assert max(contrast(pixel, window) for pixel in row) >= 3
    assert max(contrast(pixel, row[switch.width() // 2]) for pixel in row) >= 3
