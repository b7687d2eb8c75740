"""What is to be done for a peer at a later time."""

import heapq
from collections.abc import Callable
from enum import Enum, auto
from itertools import count
from typing import NamedTuple

from signaling_server.domain.peer import Peer


class Alarm(Enum):
    """What an entry of the agenda is for."""

    LOOK_AGAIN = auto()
    """A waiting peer has been alone for a while: it may meet a recent partner now."""
    GIVE_UP = auto()
    """The time to come back with a resume token is over."""


class Entry(NamedTuple):
    """turn is that of the peer when the alarm was set: a different one means that it is stale."""

    due: float
    number: int
    alarm: Alarm
    peer: Peer
    turn: int


class Agenda:
    """Entries by due time; stale ones are left in place and skipped when they come up."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._numbers = count()
        self.wake: Callable[[float], None] = lambda due: None  # noqa: ARG005 - nobody sleeps
        """Called with the time at which there is something to do, when that is sooner than before."""

    def add(self, due: float, alarm: Alarm, peer: Peer) -> None:
        entry = Entry(due, next(self._numbers), alarm, peer, peer.turn)
        heapq.heappush(self._entries, entry)
        if self._entries[0] is entry:
            self.wake(due)

    def next_due(self) -> float | None:
        """Return when the next entry is due; None when there is none."""
        return self._entries[0].due if self._entries else None

    def take_due(self, now: float) -> Entry | None:
        """Remove and return an entry that is due and not stale, or None.

        Stale ones that would be due next are removed too, so that nobody wakes up for them.
        """
        entries = self._entries
        while entries:
            entry = entries[0]
            is_stale = entry.turn != entry.peer.turn
            if entry.due > now and not is_stale:
                return None
            heapq.heappop(entries)
            if not is_stale:
                return entry
        return None
