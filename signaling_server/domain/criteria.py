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
"""Holds those who accept a language that is not theirs, and name one: others are found before."""
_OF_UNSAID = (_UNSAID, _FOR_UNSAID)


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
    place = _place(wishes)
    tags: tuple[str, ...] = _OF_UNSAID
    if wishes.languages:
        tags = (*wishes.languages, _FOR_UNSAID)
        if not needs_language(wishes, stage):
            tags = (*tags, _FOR_ANY)
    keys = [f"{place}{word}\n{tag}" for word in wishes.interests for tag in tags]
    if not needs_interest(wishes, stage):
        keys += [f"{place}\n{tag}" for tag in tags]
    return tuple(keys)


def _sought(wishes: Wishes, stage: Stage) -> tuple[tuple[Group, ...], ...]:
    if not wishes.languages:
        return _sought_in(wishes, stage, (_FOR_UNSAID,))
    sought = _sought_in(wishes, stage, (*wishes.languages, _UNSAID))
    if not needs_language(wishes, stage):
        sought += _sought_in(wishes, stage, (_FOR_ANY,))
    return sought


def _sought_in(
    wishes: Wishes, stage: Stage, tags: tuple[str, ...]
) -> tuple[tuple[Group, ...], ...]:
    """Return the entries for these languages and marks."""
    place = _place(wishes)
    if not wishes.interests:
        return ((tuple([f"{place}\n{tag}" for tag in tags]),),)
    by_word = [tuple(map(f"{place}{word}\n".__add__, tags)) for word in wishes.interests]
    if needs_interest(wishes, stage):
        return (tuple(by_word),)
    with_none = tuple([f"{place}\n{tag}" for tag in tags])
    if wishes.scope is _WITH_ANYBODY:
        # As if they were one bag, that of no interest first.
        return ((sum(by_word, with_none),),)
    return (tuple(by_word), (with_none,))


def _place(wishes: Wishes) -> str:
    """Return what the keys of a pool and mode begin with.

    An interest follows, which is neither empty nor holds a line break, so that the keys of none
    are no interest's.
    """
    return wishes.pool + "\n" + wishes.mode + "\n"
