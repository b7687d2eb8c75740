"""The one spelling of an interest and of a language, by which people are compared."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from signaling_server.protocol import limits

_ACCENT_CLASSES = range(200, 241)
"""Combining classes of marks above, below and beside a letter; vowel signs have others."""


def spelled_alike(word: str) -> str:
    """Return a word without the differences of case, accents, width and spacing; may be empty.

    "  Café Olé" and "CAFE OLE" give "cafe ole".
    """
    if word.isascii() and word.isprintable():
        return " ".join(word.lower().split())
    return _without_accents(word)


@lru_cache(maxsize=10_000)
def _without_accents(word: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    letters = (
        " " if unicodedata.category(letter)[0] in "CZ" else letter
        for letter in plain
        if unicodedata.combining(letter) not in _ACCENT_CLASSES
    )
    return unicodedata.normalize("NFC", " ".join("".join(letters).split()))


def interests_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return the different interests among what a person has typed, in that order.

    One that gets longer by being normalised is compared by its beginning.
    """
    spelled: dict[str, None] = {}
    for word in words:
        if same := spelled_alike(word):
            spelled[same[: limits.INTEREST_MAX_CHARACTERS]] = None
    return tuple(spelled)


def languages_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that tags (BCP 47) name, without script and region: "pt-BR" is "pt"."""
    return tuple(dict.fromkeys(map(_language_of, tags)))


@lru_cache(maxsize=1_000)
def _language_of(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].lower()
