"""The peers of this server who wait in the line that all servers share."""

import hashlib
import itertools
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.domain.node_messages import Place
from signaling_server.domain.peer import NodeId, Peer
from signaling_server.domain.widening import Stage
from signaling_server.domain.wishes import FITTING
from signaling_server.protocol.messages import Mode, SessionId

_MARKS = {cameras: f"{cameras.has:d}{cameras.wants:d}" for cameras in FITTING}
_FITTING_MARKS = {
    cameras: [_MARKS[other] for other in fitting] for cameras, fitting in FITTING.items()
}

Operation = tuple[str, dict[str, Any]] | tuple[str]
"""As match.lua takes it: an id with what is to be put in, or an id to take out."""
Noted = tuple[Peer, bool] | None
"""Who is to be put in, and whether it looks; None to take out."""


class SharedLine:
    """Notes what Redis is to be told; where it takes nobody, a line of this server alone.

    changed is called when there is something to be told. Searches are only ever proposed by
    Redis: what becomes of a proposal is decided by the servers that have the peers.
    """

    def __init__(self, node: NodeId, alone: MemoryLine) -> None:
        self.node = node
        self._alone = alone
        self._seeking: Peer | None = None
        self._taken: frozenset[str] = frozenset()
        self._noted: dict[str, dict[str, Noted]] = {}
        self.is_shared = False
        """Whether Redis takes who waits."""
        self.changed: Callable[[], None] = lambda: None

    def peers(self) -> tuple[Peer, ...]:
        return self._alone.peers()

    def count(self, mode: Mode) -> int:
        return self._alone.count(mode)

    def find(self, seeker: Peer) -> Peer | None:
        if not self.is_shared:
            return self._alone.find(seeker)
        self._seeking = seeker
        return None

    def add(self, peer: Peer) -> None:
        self._alone.add(peer)
        looks, self._seeking = self._seeking is peer, None
        self._note(peer, (peer, looks))

    def discard(self, peer: Peer) -> None:
        if peer in self._alone:
            self._alone.discard(peer)
            if self._id(peer) not in self._taken:
                self._note(peer, None)

    def take(self, ids: Iterable[str]) -> None:
        """Note which waits Redis has just taken out by itself."""
        self._taken = frozenset(ids)
        for noted in self._noted.values():
            for id in self._taken & noted.keys():
                del noted[id]

    def tell_again(self) -> None:
        """Tell of everybody who waits, for Redis may know nobody any more."""
        for peer in self._alone.peers():
            self._note(peer, (peer, True))

    def take_operations(self, most: int) -> tuple[str, list[Operation]] | None:
        """Return the first of what is to be told, all of one pool and mode; None for nothing.

        The rest stays, for what becomes of the first may make it needless.
        """
        for place, waiting in self._noted.items():
            ids = list(itertools.islice(waiting, most))
            taken = [self._operation(id, waiting.pop(id)) for id in ids]
            # What was left of a place goes behind the others.
            del self._noted[place]
            if waiting:
                self._noted[place] = waiting
            return place, taken
        return None

    def forget_operations(self) -> None:
        self._noted.clear()

    def _note(self, peer: Peer, noted: Noted) -> None:
        if not self.is_shared:
            return
        place, id = f"{peer.wishes.pool}\n{peer.wishes.mode.value}", self._id(peer)
        waiting = self._noted.setdefault(place, {})
        # The latest goes to the end, behind what it may be paired with.
        waiting.pop(id, None)
        waiting[id] = noted
        self.changed()

    def _operation(self, id: str, noted: Noted) -> Operation:
        # Described only now: much of what is noted is replaced before it is told.
        return (id,) if noted is None else (id, self._described(*noted))

    def _id(self, peer: Peer) -> str:
        return f"{self.node}/{peer.session}/{peer.wait}"

    def _described(self, peer: Peer, looks: bool) -> dict[str, Any]:
        cameras = peer.wishes.cameras
        return {
            "o": peer.criteria.offered,
            "s": peer.criteria.sought,
            "c": _MARKS[cameras],
            "f": _FITTING_MARKS[cameras],
            "p": _person(peer.secret),
            "r": [_person(secret) for secret in peer.recent],
            "a": [_person(secret) for secret in peer.avoided],
            "e": peer.stage is Stage.REPEATS,
            "l": looks,
        }


def place_of(id: str) -> Place:
    """Return the wait that an id of the shared line stands for."""
    node, session, wait = id.split("/")
    return Place(NodeId(node), SessionId(session), int(wait))


@lru_cache(maxsize=50_000)
def _person(secret: bytes) -> str:
    """Return what stands for a person in Redis, from which the secret cannot be found."""
    return hashlib.blake2b(secret, digest_size=12).hexdigest()
