"""The stages in which a search widens, so that nobody waits long for what is not there.

    stage      shares an interest    shares a language    recent partners
    NARROW     yes                   yes                  no
    LANGUAGE   -                     yes                  no
    ANYBODY    -                     -                    no
    REPEATS    -                     -                    yes

Scope ANYBODY asks for no interest in any stage, scope ONLY in every stage: it widens in its
languages and recent partners alone. Who names no interest or no language asks for none. Blocks
hold in every stage.
"""

from enum import IntEnum

from signaling_server.domain.wishes import Wishes
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Scope

_ROUNDING = 1e-6
"""Seconds that were added up may fall short of a stage's end by less than this."""


class Stage(IntEnum):
    """How far a search has widened."""

    NARROW = 0
    LANGUAGE = 1
    ANYBODY = 2
    REPEATS = 3


_STAGES = tuple(Stage)
# Python 3.11 calls a function for each Stage.NARROW, so the members that every search is
# compared with have names of their own; so have those of other enums beside their use.
NARROW, LANGUAGE, ANYBODY, REPEATS = _STAGES
_ONLY, _WITH_ANYBODY = Scope.ONLY, Scope.ANYBODY


def stage_after(waited_s: float, people: int) -> Stage:
    """Return the stage of a search that has waited this long in a pool of so many people."""
    return _STAGES[min(int(waited_s / stage_s(people) + _ROUNDING), REPEATS)]


def stage_s(people: int) -> float:
    """Return how long a stage lasts: in a large pool it pays to wait for the right person."""
    if people < limits.MEDIUM_POOL:
        return limits.WIDEN_EVERY_S
    return limits.WIDEN_EVERY_S * (1.5 if people < limits.LARGE_POOL else 2.0)


def needs_interest(wishes: Wishes, stage: Stage) -> bool:
    """Whether only somebody who shares an interest will do."""
    if not wishes.interests or wishes.scope is _WITH_ANYBODY:
        return False
    return wishes.scope is _ONLY or stage < LANGUAGE


def needs_language(wishes: Wishes, stage: Stage) -> bool:
    """Whether only somebody who shares a language will do."""
    return bool(wishes.languages) and stage < ANYBODY
