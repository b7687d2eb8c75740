from signaling_server.domain.suggestions import Suggestions
from signaling_server.protocol import limits

PEOPLE = [f"person {number}".encode() for number in range(limits.SUGGESTED_FROM_PEOPLE)]


def test_a_word_of_too_few_people_is_never_told():
    suggestions = Suggestions()
    for person in PEOPLE[:-1] * 10:
        suggestions.note(person, ("my secret",))
    assert suggestions.beginning_with("my") == []

    suggestions.note(PEOPLE[-1], ("my secret",))
    assert suggestions.beginning_with("my") == ["my secret"]


def test_the_words_used_most_that_begin_like_this_come_first():
    suggestions = Suggestions()
    for person in PEOPLE:
        suggestions.note(person, ("jazz", "japan", "chess"))
        suggestions.note(person, ("japan",))

    assert suggestions.beginning_with("ja") == ["japan", "jazz"]
    assert suggestions.beginning_with("") == ["japan", "chess", "jazz"]
    assert suggestions.beginning_with("x") == []


def test_only_so_many_are_suggested():
    suggestions = Suggestions()
    for person in PEOPLE:
        suggestions.note(person, tuple(f"word {n}" for n in range(50)))

    assert len(suggestions.beginning_with("word")) == limits.SUGGESTIONS_MAX


def test_the_words_used_longest_ago_make_room():
    suggestions = Suggestions(words_max=2)
    for word in ("old", "jazz", "chess"):
        for person in PEOPLE:
            suggestions.note(person, (word,))

    assert suggestions.beginning_with("") == ["chess", "jazz"]
