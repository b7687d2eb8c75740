"""One person's search: its numbers on the wire and the connection parked with each."""

from typing import TypeVar

from desktop_app.engine_messages import ConnectionReady
from desktop_app.settings.model import Settings
from signaling_server.protocol.messages import CallNext, Mode, Pool, QueueJoin

_Message = TypeVar("_Message", CallNext, QueueJoin)

PARKED_MAX = 8
"""Searches whose parked connection is remembered; older ones cannot be matched any more."""


class Search:
    """Numbers what is sent and remembers what was parked with it.

    A search is sent again whenever a fresher connection is ready. A match that crosses the
    newer message on its way still belongs to it, so every number since `begin` counts.
    """

    def __init__(self) -> None:
        self._number = 0
        self._first = 0
        self._joined = 0
        self._ready: ConnectionReady | None = None
        self._parked: dict[int, ConnectionReady | None] = {}
        self._pools: frozenset[str] = frozenset()

    @property
    def parks_newest(self) -> bool:
        """Whether the last message sent carried the newest ready connection."""
        return self._ready is None or self._parked.get(self._number) is self._ready

    def know_pools(self, pools: tuple[Pool, ...]) -> None:
        """What the server offers; a choice it does not know would be refused."""
        self._pools = frozenset(pool.name for pool in pools)

    @property
    def is_joined(self) -> bool:
        """Whether the server has taken the last message sent."""
        return self._joined == self._number

    @property
    def is_taken_up(self) -> bool:
        """Whether the server has taken anything of this search, so that we have a place there."""
        return self._joined >= self._first

    def note_joined(self, number: int) -> None:
        """The server has taken the message of this number."""
        self._joined = number

    def offer(self, ready: ConnectionReady | None) -> None:
        """The engine has a fresh connection, or None when it has none any more."""
        self._ready = ready

    def begin(self) -> None:
        """A new search: matches of what was sent before do not belong to it."""
        self._first = self._number + 1

    def next_message(self, settings: Settings) -> CallNext:
        """Leave whatever the server thinks we are in, and search."""
        return self._compose(CallNext, settings)

    def refreshed_message(self, settings: Settings) -> QueueJoin:
        """The same search with a fresher connection; it never ends a call."""
        return self._compose(QueueJoin, settings)

    def take(self, number: int) -> tuple[bool, ConnectionReady | None]:
        """Whether a match belongs to this search, and the connection that was parked with it."""
        belongs = self._first <= number <= self._number
        ready = self._parked.get(number)
        if belongs and ready is self._ready:
            self._ready = None
        return belongs, ready

    def _compose(self, message: type[_Message], settings: Settings) -> _Message:
        self._number += 1
        ready = self._ready if self._ready and self._ready.mode is settings.mode else None
        self._parked[self._number] = ready
        self._parked.pop(self._number - PARKED_MAX, None)
        return message(
            search=self._number,
            mode=settings.mode,
            has_camera=settings.mode is Mode.VIDEO and settings.camera_on,
            wants_camera=settings.wants_camera,
            blocked=[block.stranger for block in settings.blocked_in_force],
            description=ready.description if ready else None,
            interests=list(settings.interests),
            languages=list(settings.languages),
            scope=settings.scope,
            pool=self._pool(settings),
        )

    def _pool(self, settings: Settings) -> str:
        server = settings.server_in_use
        return server.pool if server is not None and server.pool in self._pools else ""
