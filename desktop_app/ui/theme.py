"""The look: two palettes with one accent colour, and a small style sheet on top of Fusion."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from desktop_app.host.paths import resources_dir


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of one theme, as #rrggbb."""

    window: str
    panel: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    danger: str
    warning: str
    stage: str
    """Behind the stranger's picture while there is none."""


DARK = Colours(
    window="#111318",
    panel="#191c23",
    raised="#262a34",
    hover="#323744",
    border="#2b303b",
    text="#eceef3",
    muted="#9aa2b1",
    accent="#5b67f1",
    accent_hover="#6f7af6",
    on_accent="#ffffff",
    danger="#ff7b7b",
    warning="#f0b35a",
    stage="#1b1e26",
)
LIGHT = Colours(
    window="#f3f4f8",
    panel="#ffffff",
    raised="#e9ebf1",
    hover="#dde0e9",
    border="#d8dbe4",
    text="#1a1d25",
    muted="#5a6272",
    accent="#4f5be3",
    accent_hover="#3f4bd0",
    on_accent="#ffffff",
    danger="#c62f3b",
    warning="#9a6200",
    stage="#e3e6ee",
)


def colours_for(theme: str) -> Colours:
    """theme is "light", "dark" or empty to follow the system (dark where it does not say)."""
    if theme == "":
        light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        return LIGHT if light else DARK
    return LIGHT if theme == "light" else DARK


def palette(colours: Colours) -> QPalette:
    """Roles beyond Qt's own meaning: Mid is the border, Shadow the stage, BrightText danger."""
    roles = {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.panel,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.BrightText: colours.danger,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Accent: colours.accent,
        QPalette.ColorRole.Link: colours.accent_hover,
        QPalette.ColorRole.ToolTipBase: colours.raised,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Light: colours.hover,
        QPalette.ColorRole.Midlight: colours.hover,
        QPalette.ColorRole.Mid: colours.border,
        QPalette.ColorRole.Dark: colours.border,
        QPalette.ColorRole.Shadow: colours.stage,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    faded = QColor(colours.muted)
    faded.setAlpha(130)
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return made


def style_sheet(colours: Colours) -> str:
    icons = (resources_dir() / "icons").as_posix()
    return _SHEET % (
        {name: getattr(colours, name) for name in Colours.__slots__} | {"icons": icons}
    )


_SHEET = """
QToolTip { background: %(raised)s; color: %(text)s; border: 1px solid %(border)s; padding: 4px 6px; }
QLabel[role="title"] { font-size: 22pt; font-weight: 600; }
QLabel[role="heading"] { font-size: 13pt; font-weight: 600; }
QLabel[role="muted"] { color: %(muted)s; }
QLabel[role="problem"] { color: %(warning)s; }

QFrame[role="panel"] { background: %(panel)s; border: 1px solid %(border)s; border-radius: 14px; }
QFrame[role="popup"] { background: %(panel)s; border: 1px solid %(border)s; }

QPushButton { background: %(raised)s; color: %(text)s; border: 1px solid %(border)s;
    border-radius: 9px; padding: 7px 14px; min-height: 20px; }
QPushButton:hover { background: %(hover)s; }
QPushButton:disabled { color: %(muted)s; background: %(panel)s; }
QPushButton:focus, QToolButton:focus { border: 2px solid %(accent)s; }
QPushButton[role="primary"] { background: %(accent)s; color: %(on_accent)s; font-weight: 600;
    border: 1px solid %(accent)s; padding: 9px 20px; }
QPushButton[role="primary"]:hover { background: %(accent_hover)s; }
QPushButton[role="primary"]:focus { border: 2px solid %(text)s; }
QPushButton[role="primary"]:disabled { background: %(raised)s; color: %(muted)s; border-color: %(border)s; }
QPushButton[role="stop"] { color: %(danger)s; font-weight: 600; padding: 9px 16px; }
QPushButton[role="stop"]:disabled { color: %(muted)s; }
QPushButton[compact="true"] { padding: 9px 7px; }
QPushButton[role="link"] { background: transparent; border: 2px solid transparent; padding: 2px 6px;
    color: %(accent_hover)s; font-weight: 600; }
QPushButton[role="link"]:focus { border: 2px solid %(accent)s; }

QPushButton[role="tag"] { border-radius: 14px; padding: 3px 10px 3px 4px; }

QPushButton[role="choice"] { background: transparent; border: 1px solid transparent; color: %(muted)s; }
QPushButton[role="choice"]:hover { background: %(hover)s; }
QPushButton[role="choice"]:checked { background: %(raised)s; border: 1px solid %(accent)s; color: %(text)s; }
QPushButton[role="choice"]:focus { border: 2px solid %(accent)s; }

QToolButton[role="round"] { background: %(raised)s; border: 1px solid %(border)s; border-radius: 20px;
    min-width: 38px; min-height: 38px; max-width: 38px; max-height: 38px; padding: 0; }
QToolButton[role="round"][compact="true"] { border-radius: 17px;
    min-width: 32px; min-height: 32px; max-width: 32px; max-height: 32px; }
QToolButton[role="round"]:hover { background: %(hover)s; }
QToolButton[role="round"][off="true"] { border-color: %(danger)s; }
QToolButton[role="round"]:focus { border: 2px solid %(accent)s; }
QToolButton[role="round"]::menu-indicator { image: none; }
QToolButton[role="flat"] { background: transparent; border: 2px solid transparent; border-radius: 8px;
    padding: 4px; }
QToolButton[role="flat"]:hover { background: %(hover)s; }
QToolButton[role="flat"]:focus { border: 2px solid %(accent)s; }
QToolButton[role="over"] { background: rgba(12, 14, 19, 165); border: 2px solid transparent;
    border-radius: 17px; min-width: 30px; min-height: 30px; max-width: 30px; max-height: 30px; }
QToolButton[role="over"]:hover { background: rgba(12, 14, 19, 225); }
QToolButton[role="over"]:focus { border: 2px solid %(accent)s; }

QLineEdit, QPlainTextEdit, QComboBox, QKeySequenceEdit QLineEdit { background: %(window)s;
    border: 1px solid %(border)s; border-radius: 9px; padding: 6px 10px; selection-background-color: %(accent)s; }
QPlainTextEdit { padding: 9px 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: 1px solid %(accent)s; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url("%(icons)s/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: %(panel)s; border: 1px solid %(border)s; padding: 4px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollArea[role="transcript"] { border: 2px solid transparent; border-radius: 8px; }
QScrollArea[role="transcript"]:focus { border: 2px solid %(accent)s; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar::handle:vertical { background: %(hover)s; border-radius: 4px; min-height: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QListWidget[role="sections"] { background: transparent; border: 0; outline: 0; }
QListWidget[role="sections"]::item { padding: 9px 10px; border-radius: 9px; margin: 1px 0; color: %(text)s; }
QListWidget[role="sections"]::item:hover { background: %(raised)s; }
QListWidget[role="sections"]::item:selected { background: %(hover)s; }
QCheckBox, QRadioButton { spacing: 9px; padding: 3px 0; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; background: %(window)s;
    border: 1px solid %(muted)s; border-radius: 5px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus,
QRadioButton::indicator:focus { border-color: %(accent)s; }
QCheckBox::indicator:checked { background: %(accent)s; border-color: %(accent)s;
    image: url("%(icons)s/check.svg"); }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid %(accent)s;
    background: %(on_accent)s; }
QCheckBox:focus, QRadioButton:focus { text-decoration: underline; }
QSlider::groove:horizontal { height: 4px; background: %(hover)s; border-radius: 2px; }
QSlider::sub-page:horizontal { height: 4px; background: %(accent)s; border-radius: 2px; }
QSlider::handle:horizontal { width: 16px; height: 16px; margin: -6px 0; border-radius: 8px;
    background: %(accent)s; }
QSlider::handle:horizontal:hover { background: %(accent_hover)s; }
QMenu { background: %(panel)s; border: 1px solid %(border)s; padding: 6px; }
QMenu::item { padding: 7px 22px 7px 10px; border-radius: 6px; }
QMenu::item:selected { background: %(hover)s; }
QMenu::separator { height: 1px; background: %(border)s; margin: 5px 6px; }
QMenu::indicator { margin-left: 6px; }
"""
