"""Words from elsewhere, an interest or the name of a device, shown letter by letter."""

import re

from PySide6.QtGui import Qt

_ENDLESS = re.compile(r"\S{30}")
_MAY_BREAK = "\u200b"


def on_button(words: str) -> str:
    """For a button, which would take the letter after & for its key."""
    return words.replace("&", "&&")


def in_tip(words: str) -> str:
    """For a tool tip, which would take what looks like a tag for markup."""
    if not Qt.mightBeRichText(words):
        return words
    return Qt.convertFromPlainText(words, Qt.WhiteSpaceMode.WhiteSpaceNormal)


def breakable(words: str) -> str:
    """For a label that wraps, which would be as wide as the longest word."""
    return _ENDLESS.sub(rf"\g<0>{_MAY_BREAK}", words)
