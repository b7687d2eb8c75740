"""Dates as the language writes them."""

import re

from PySide6.QtCore import QDateTime, QLocale


def moment(value: QDateTime) -> str:
    """Date and time as the language writes them, with all digits of the year."""
    written = QLocale().dateTimeFormat(QLocale.FormatType.ShortFormat)
    return QLocale().toString(value, re.sub(r"(?<!y)yy(?!y)", "yyyy", written))
