"""What a search asks for, in the one spelling in which searches are compared."""

from typing import NamedTuple

from msgspec import Struct

from signaling_server.protocol.messages import Mode, Scope, Search
from signaling_server.protocol.words import interests_of, languages_of


class Cameras(NamedTuple):
    """The camera wishes that split a mode."""

    has: bool
    wants: bool


ALL_CAMERAS = tuple(Cameras(has, wants) for has in (True, False) for wants in (True, False))
_CAMERAS: dict[tuple[bool, bool], Cameras] = {cameras: cameras for cameras in ALL_CAMERAS}
ANY_CAMERA = Cameras(has=True, wants=False)
FITTING = {
    mine: tuple(
        theirs for theirs in ALL_CAMERAS if mine.has >= theirs.wants and theirs.has >= mine.wants
    )
    for mine in ALL_CAMERAS
}
"""The camera wishes that go with each."""


_VIDEO = Mode.VIDEO


class Wishes(Struct, frozen=True, gc=False):
    """A search without its number and description."""

    pool: str
    mode: Mode
    cameras: Cameras = ANY_CAMERA
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """None: the person is taken to speak any."""
    scope: Scope = Scope.PREFER
    blocked: frozenset[str] = frozenset()
    said: tuple[object, ...] = ()
    """The same as the client has spelled it."""


def wishes_of(search: Search, pool: str, before: Wishes | None = None) -> Wishes:
    """Return what a search asks for: `before` itself when it is the same as then, as it mostly is."""
    said = (
        pool,
        search.mode,
        search.has_camera,
        search.wants_camera,
        search.interests,
        search.languages,
        search.scope,
        search.blocked,
    )
    if before is not None and before.said == said:
        return before
    # Only pictures need a camera.
    has, wants = search.has_camera, search.wants_camera
    return Wishes(
        pool,
        search.mode,
        _CAMERAS[has, wants] if search.mode is _VIDEO else ANY_CAMERA,
        interests_of(search.interests),
        languages_of(search.languages),
        search.scope,
        frozenset(search.blocked),
        said,
    )
