"""Where a search can be found, and where it looks: keys of bags, so that nothing is scanned.

Two searches accept each other when one looks where the other can be found. A key names the
pool and mode, a camera wish, an interest or none, and a language or one of three marks.
"""

from collections.abc import Iterable
from typing import NamedTuple

from signaling_server.domain.widening import Stage, needs_interest, needs_language
from signaling_server.domain.wishes import ANY_CAMERA, Cameras, Wishes
from signaling_server.protocol.messages import Mode, Scope

Group = tuple[str, ...]
"""Keys that are drawn from as if they were one bag."""

_ALL_CAMERAS = tuple(Cameras(has, wants) for has in (True, False) for wants in (True, False))
_MARKS = {cameras: f"{cameras.has:d}{cameras.wants:d}" for cameras in _ALL_CAMERAS}

# What stands for a language; a tag is never as short, and no interest is empty.
_UNSAID = "?"
"""Holds those who name no language."""
_FOR_UNSAID = "!"
"""Holds those whom one who names no language may meet: everybody."""
_FOR_ANY = "*"
"""Holds those who accept a language that is not theirs."""
_NO_INTEREST = ""


class Criteria(NamedTuple):
    """What a search offers and seeks at one stage.

    sought is tried from the first entry to the last. Of the groups of one entry, that with the
    fewest members goes first.
    """

    offered: tuple[str, ...]
    sought: tuple[tuple[Group, ...], ...]


def criteria_of(wishes: Wishes, stage: Stage) -> Criteria:
    interest_free = not needs_interest(wishes, stage)
    language_free = not needs_language(wishes, stage)
    offered_interests = (*wishes.interests, *((_NO_INTEREST,) if interest_free else ()))
    offered_languages = (
        *(wishes.languages or (_UNSAID,)),
        _FOR_UNSAID,
        *((_FOR_ANY,) if language_free else ()),
    )
    place = _place(wishes)
    mine = place + _MARKS[wishes.cameras]
    return Criteria(
        tuple(
            f"{mine}\n{interest}\n{language}"
            for interest in offered_interests
            for language in offered_languages
        ),
        _sought(wishes, place, interest_free, language_free),
    )


def place_of(offered: str) -> str:
    """Return the pool and mode that a key belongs to."""
    return offered.rsplit("\n", 3)[0]


def _place(wishes: Wishes) -> str:
    return f"{wishes.pool}\n{wishes.mode.value}\n"


def _sought(
    wishes: Wishes, place: str, interest_free: bool, language_free: bool
) -> tuple[tuple[Group, ...], ...]:
    mine = wishes.cameras
    fitting = [
        place + _MARKS[theirs]
        for theirs in (_ALL_CAMERAS if wishes.mode is Mode.VIDEO else (ANY_CAMERA,))
        if mine.has >= theirs.wants and theirs.has >= mine.wants
    ]

    def group(interests: Iterable[str], languages: Iterable[str]) -> Group:
        return tuple(
            f"{prefix}\n{interest}\n{language}"
            for interest in interests
            for language in languages
            for prefix in fitting
        )

    spoken = (*wishes.languages, _UNSAID) if wishes.languages else (_FOR_UNSAID,)
    entries: list[tuple[Group, ...]] = []
    for languages in (spoken, (_FOR_ANY,)) if wishes.languages and language_free else (spoken,):
        if wishes.scope is Scope.ANYBODY:
            entries.append((group((_NO_INTEREST, *wishes.interests), languages),))
            continue
        if wishes.interests:
            entries.append(tuple(group((interest,), languages) for interest in wishes.interests))
        if interest_free:
            entries.append((group((_NO_INTEREST,), languages),))
    return tuple(entries)
