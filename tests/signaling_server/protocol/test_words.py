import pytest

from signaling_server.protocol import limits
from signaling_server.protocol.words import interests_of, languages_of, spelled_alike


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("jazz", "jazz"),
        ("  Hard   Rock\t", "hard rock"),
        ("Café", "cafe"),
        ("CAFE\u0301", "cafe"),
        ("Straße", "strasse"),
        ("\uff2a\uff21\uff3a\uff3a", "jazz"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("hard\u00a0rock\u2003\u0000", "hard rock"),
        ("हिन्दी", "हिन्दी"),
        ("がく", "がく"),
        ("한국", "한국"),
        (" \u200b ", ""),
    ],
)
def test_a_word_has_one_spelling(typed: str, spelled: str):
    assert spelled_alike(typed) == spelled
    assert spelled_alike(spelled) == spelled


def test_interests_are_different_and_never_empty_or_too_long():
    grows = "ﷺ" * limits.INTEREST_MAX_CHARACTERS
    jazz, chess, cut = interests_of(["Jazz", " ", "chess", "JAZZ", grows])
    assert (jazz, chess) == ("jazz", "chess")
    assert cut == spelled_alike(grows)[: limits.INTEREST_MAX_CHARACTERS]


def test_of_a_language_tag_the_language_counts():
    assert languages_of(["pt-BR", "PT", "zh_Hant_TW", "en"]) == ("pt", "zh", "en")
