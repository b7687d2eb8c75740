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


def shared(words_max: int = 20_000) -> Suggestions:
    suggestions = Suggestions(words_max)
    suggestions.share()
    return suggestions


def test_people_of_several_servers_are_counted_together_and_each_once():
    here, there = shared(), shared()
    here.note(PEOPLE[0], ("jazz",))
    for person in PEOPLE[:-1]:
        there.note(person, ("jazz",))

    here.hear(there.take_untold())
    assert here.beginning_with("jazz") == []

    there.note(PEOPLE[-1], ("jazz",))
    here.hear(there.take_untold())
    assert here.beginning_with("jazz") == ["jazz"]


def test_a_server_that_is_new_learns_a_word_with_its_next_use():
    old, new = shared(), shared()
    for person in PEOPLE:
        old.note(person, ("jazz",))
    old.take_untold()

    old.note(PEOPLE[0], ("jazz",))
    new.hear(old.take_untold())

    assert new.beginning_with("") == ["jazz"]


def test_nothing_is_told_to_other_servers_twice():
    here = shared()
    here.note(PEOPLE[0], ("jazz",))
    here.note(PEOPLE[0], ("jazz",))

    assert [(use.word, use.times) for use in here.take_untold()] == [("jazz", 2)]
    assert here.take_untold() == []


def test_a_word_that_has_made_room_is_not_told_to_other_servers():
    here = shared(words_max=1)
    here.note(PEOPLE[0], ("old", "new"))

    assert [use.word for use in here.take_untold()] == ["new"]


def test_so_many_words_wait_to_be_told_and_no_more():
    here = shared()
    for number in range(3_000):
        here.note(PEOPLE[0], (f"word {number}",))

    assert len(here.take_untold()) == 2_000


def test_where_there_is_no_other_server_nothing_is_kept_for_one():
    here = Suggestions()
    here.note(PEOPLE[0], ("jazz",))

    assert here.take_untold() == []
