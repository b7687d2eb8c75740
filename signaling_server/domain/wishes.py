"""What a search asks for, in the one spelling in which searches are compared."""

from dataclasses import dataclass, field
from typing import NamedTuple

from signaling_server.protocol.messages import Mode, Scope, Search
from signaling_server.protocol.words import interests_of, languages_of


class Cameras(NamedTuple):
    """The camera wishes that split a mode."""

    has: bool
    wants: bool


ALL_CAMERAS = tuple(Cameras(has, wants) for has in (True, False) for wants in (True, False))
ANY_CAMERA = Cameras(has=True, wants=False)
FITTING = {
    mine: tuple(
        theirs for theirs in ALL_CAMERAS if mine.has >= theirs.wants and theirs.has >= mine.wants
    )
    for mine in ALL_CAMERAS
}
"""The camera wishes that go with each."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A search without its number and description."""

    pool: str
    mode: Mode
    cameras: Cameras = ANY_CAMERA
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """None: the person is taken to speak any."""
    scope: Scope = Scope.PREFER
    blocked: frozenset[str] = field(default_factory=frozenset)


def wishes_of(search: Search, pool: str) -> Wishes:
    return Wishes(
        pool=pool,
        mode=search.mode,
        # Only pictures need a camera.
        cameras=(
            Cameras(search.has_camera, search.wants_camera)
            if search.mode is Mode.VIDEO
            else ANY_CAMERA
        ),
        interests=interests_of(search.interests),
        languages=languages_of(search.languages),
        scope=search.scope,
        blocked=frozenset(search.blocked),
    )
