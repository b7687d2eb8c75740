"""Where a search can be found, and where it looks: keys of bags, so that nothing is scanned.

Two searches accept each other when one looks where the other can be found, apart from their
camera wishes. A key names the pool and mode, an interest or none, and a language or one of
three marks.
"""

from msgspec import Struct

from signaling_server.domain.widening import Stage, needs_interest, needs_language
from signaling_server.domain.wishes import Wishes
from signaling_server.protocol.messages import Scope

Group = tuple[str, ...]
"""Keys that are drawn from as if they were one bag."""

_WITH_ANYBODY = Scope.ANYBODY

# What stands for a language: a tag is never as short.
_UNSAID = "?"
"""Holds those who name no language."""
_FOR_UNSAID = "!"
"""Holds those whom one who names no language may meet: everybody."""
_FOR_ANY = "*"
"""Holds those who accept a language that is not theirs."""


class Criteria(Struct, gc=False):
    """What a search offers and seeks at one stage: that of these wishes.

    sought is tried from the first entry to the last. Of the groups of one entry, that with the
    fewest members goes first.
    """

    wishes: Wishes
    stage: Stage
    sought: tuple[tuple[Group, ...], ...]
    _offered: Group | None = None

    @property
    def offered(self) -> Group:
        """The keys it is found by; made when first asked for, since many find at once."""
        if self._offered is None:
            self._offered = _offered(self.wishes, self.stage)
        return self._offered


def criteria_of(wishes: Wishes, stage: Stage) -> Criteria:
    return Criteria(wishes, stage, _sought(wishes, stage))


def _offered(wishes: Wishes, stage: Stage) -> Group:
    no_interest, interests = _words(wishes)
    if not needs_interest(wishes, stage):
        interests.append(no_interest)
    languages = (*(wishes.languages or (_UNSAID,)), _FOR_UNSAID)
    return _keys(interests, languages if needs_language(wishes, stage) else (*languages, _FOR_ANY))


def _sought(wishes: Wishes, stage: Stage) -> tuple[tuple[Group, ...], ...]:
    no_interest, interests = _words(wishes)
    interest_free = not needs_interest(wishes, stage)
    language_free = not needs_language(wishes, stage)
    spoken = (*wishes.languages, _UNSAID) if wishes.languages else (_FOR_UNSAID,)
    entries: list[tuple[Group, ...]] = []
    for languages in (spoken, (_FOR_ANY,)) if wishes.languages and language_free else (spoken,):
        if wishes.scope is _WITH_ANYBODY:
            entries.append((_keys([no_interest, *interests], languages),))
            continue
        if interests:
            entries.append(tuple([tuple([word + tag for tag in languages]) for word in interests]))
        if interest_free:
            entries.append((tuple([no_interest + tag for tag in languages]),))
    return tuple(entries)


def _words(wishes: Wishes) -> tuple[str, list[str]]:
    """Return what keys for no interest begin with, and those for each interest."""
    place = wishes.pool + "\n" + wishes.mode + "\n"
    # None is empty and none holds a line break, so that the first is no interest's.
    return place + "\n", [place + interest + "\n" for interest in wishes.interests]


def _keys(interests: list[str], languages: tuple[str, ...]) -> Group:
    return tuple([word + tag for word in interests for tag in languages])
