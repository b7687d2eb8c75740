"""Finds addresses in chat text. Only http and https count; the text itself is never markup."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QUrl

_ADDRESS = re.compile(r"https?://[^\s<>\"'\u00a0\u2028\u2029]+", re.IGNORECASE)
_AFTER = ".,;:!?)]}»”’"


@dataclass(frozen=True, slots=True)
class Link:
    """An address at text[start:end], counted in UTF-16 units as Qt does."""

    start: int
    end: int
    url: QUrl


def find_links(text: str) -> tuple[Link, ...]:
    found = []
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_AFTER)
        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        if url.isValid() and url.host() and url.scheme() in ("http", "https"):
            start = utf16_length(text[: match.start()])
            found.append(Link(start, start + utf16_length(address), url))
    return tuple(found)


def utf16_length(text: str) -> int:
    """The length of a text as Qt counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
