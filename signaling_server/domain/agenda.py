"""What is to be done for a peer at a later time."""

import heapq
from collections.abc import Callable
from enum import Enum, auto
from itertools import count

from signaling_server.domain.peer import Peer


class Alarm(Enum):
    """What an entry of the agenda is for."""

    LOOK_AGAIN = auto()
    """A waiting peer has been alone for a while: it may meet a recent partner now."""
    GIVE_UP = auto()
    """The time to come back with a resume token is over."""


_Entry = tuple[float, int, Alarm, Peer, int]
"""When it is due, its number, the alarm, whose it is, and the peer's turn when it was set: a
different one means that it is stale."""


class Agenda:
    """Entries by due time; stale ones are left in place and skipped when they come up."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._numbers = count()
        self.wake: Callable[[float], None] = lambda due: None  # noqa: ARG005 - nobody sleeps
        """Called with the time at which there is something to do, when that is sooner than before."""

    def add(self, due: float, alarm: Alarm, peer: Peer) -> None:
        entries, entry = self._entries, (due, next(self._numbers), alarm, peer, peer.turn)
        heapq.heappush(entries, entry)
        if entries[0] is entry:
            self.wake(due)

    def next_due(self) -> float | None:
        """Return when the next entry is due; None when there is none."""
        return self._entries[0][0] if self._entries else None

    def take_due(self, now: float) -> tuple[Alarm, Peer] | None:
        """Remove an alarm that is due and not stale and return it with its peer, or None.

        Stale ones that would be due next are removed too, so that nobody wakes up for them.
        """
        entries = self._entries
        while entries:
            due, _, alarm, peer, turn = entries[0]
            is_stale = turn != peer.turn
            if due > now and not is_stale:
                return None
            heapq.heappop(entries)
            if not is_stale:
                return alarm, peer
        return None
