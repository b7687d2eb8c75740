"""The searches: who begins to wait, who is looked at again, and who stops."""

from collections import Counter
from collections.abc import Callable
from random import Random

from signaling_server.domain.agenda import Agenda, Alarm
from signaling_server.domain.arrival_window import ArrivalWindow
from signaling_server.domain.calls import Calls
from signaling_server.domain.criteria import criteria_of
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.domain.ports import WaitingLine
from signaling_server.domain.widening import NARROW, REPEATS, stage_after, stage_s
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, QueueMatched, Search

_LOOK_AGAIN = Alarm.LOOK_AGAIN
LOOK_AGAIN_AFTER_S = 5.0
"""Who has widened as far as it goes is looked at this often: a draw does not see everybody."""


class Searching:
    """Pairs the peers who wait; each step returns who is to be told what."""

    def __init__(
        self,
        clock: Callable[[], float],
        random: Random,
        line: WaitingLine,
        agenda: Agenda,
        calls: Calls,
        window_s: float = limits.WINDOW_MAX_S,
    ) -> None:
        self._clock = clock
        self._random = random
        self._line = line
        self._agenda = agenda
        self._calls = calls
        self._window = ArrivalWindow(window_s)
        self._people: Counter[str] = Counter()
        self._pools: dict[Peer, str] = {}
        self.people_elsewhere: dict[str, int] = {}
        """How many people other servers have, by pool."""

    def waiting(self, mode: Mode) -> int:
        """Return how many could be matched in a mode right now."""
        return self._line.count(mode)

    def people(self) -> dict[str, int]:
        """Return how many people of this server have searched and not left since, by pool.

        So they search or talk, or the stranger has just left them.
        """
        return {pool: number for pool, number in self._people.items() if number}

    def pool_of(self, peer: Peer) -> str | None:
        """Return the pool that a peer counts in; None before its first search."""
        return self._pools.get(peer)

    def next_due(self) -> float | None:
        """Return when draw_window has something to do, if ever."""
        return self._window.ends

    def begin(self, peer: Peer, search: Search, pool: str) -> list[Delivery]:
        """Make this the peer's search in a pool and look for somebody, or have it wait."""
        now = self._clock()
        if peer.search is None:
            peer.waiting_since = now
            peer.stage = NARROW
        else:
            self.stop(peer)
        if self._pools.get(peer) != pool:
            self._count_in(peer, pool)
        peer.wait += 1
        blocked = peer.wishes.blocked
        peer.search, peer.wishes = search, wishes_of(search, pool, peer.wishes)
        if peer.avoided and peer.wishes.blocked != blocked:
            peer.avoided.clear()
        self._widen(peer, now)
        share = self._share() if self.people_elsewhere else 1.0
        if not self._window.hold(peer, now, share):
            return self._find(peer, now)
        # Others may find it at once; it looks when the window ends.
        if self._window.ends is not None:
            self._agenda.wake(self._window.ends)
        self._line.add(peer)
        peer.turn += 1
        return []

    def look(self, peer: Peer) -> list[Delivery]:
        """Widen a search as its time has come; pair the peer, or have it wait and look again."""
        if peer.search is None or not peer.connected:
            return []
        self.pause(peer)
        now = self._clock()
        self._widen(peer, now)
        return self._find(peer, now)

    def _find(self, peer: Peer, now: float) -> list[Delivery]:
        """Pair a peer that nobody can find, or let it be found."""
        stranger = self._line.find(peer)
        if stranger is not None:
            self.pause(stranger)
            return self._bring_together(peer, stranger)
        self._line.add(peer)
        peer.turn += 1
        self._agenda.add(self._look_again_at(peer, now), _LOOK_AGAIN, peer)
        return []

    def pair(self, one: Peer, other: Peer) -> list[Delivery]:
        """Bring two together who search and may meet."""
        self.pause(one)
        self.pause(other)
        return self._bring_together(one, other)

    def _bring_together(self, one: Peer, other: Peer) -> list[Delivery]:
        """Begin a call of two whom nobody can find any more."""
        ones, others = one.search, other.search
        assert ones is not None
        assert others is not None
        one.search = other.search = None
        return self._calls.begin(one, ones, other, others)

    def join_call(self, peer: Peer, stranger: Peer, match: QueueMatched) -> list[Delivery]:
        """Bring a peer that searches into a call that another server has begun."""
        self.stop(peer)
        return self._calls.join(peer, stranger, match)

    def look_all(self) -> list[Delivery]:
        """Look for everybody who waits; takes as long as they are many."""
        return [told for peer in self._line.peers() for told in self.look(peer)]

    def draw_window(self) -> list[Delivery]:
        """Draw among those whose window has ended and all who wait, each in random order."""
        held = self._window.take_due(self._clock())
        self._random.shuffle(held)
        return [delivery for peer in held for delivery in self.look(peer)]

    def pause(self, peer: Peer) -> None:
        """Keep the search, but match the peer to nobody until it looks again."""
        self._window.release(peer)
        self._line.discard(peer)

    def stop(self, peer: Peer) -> None:
        """Give the search up, if there is one."""
        self.pause(peer)
        peer.search = None

    def take_in(self, peer: Peer, pool: str) -> None:
        """Count a peer that comes from another server; its search goes on with the next look."""
        self._pools[peer] = pool
        self._people[pool] += 1

    def forget(self, peer: Peer) -> None:
        """Stop, and count the peer among the people of no pool any more."""
        self.stop(peer)
        if (pool := self._pools.pop(peer, None)) is not None:
            self._people[pool] -= 1

    def _count_in(self, peer: Peer, pool: str) -> None:
        self.forget(peer)
        self._pools[peer] = pool
        self._people[pool] += 1

    def _widen(self, peer: Peer, now: float) -> None:
        if now > peer.waiting_since:
            people = self._people_in(peer.wishes.pool)
            peer.stage = max(peer.stage, stage_after(now - peer.waiting_since, people))
        if peer.criteria.wishes is not peer.wishes or peer.criteria.stage is not peer.stage:
            peer.criteria = criteria_of(peer.wishes, peer.stage)

    def _look_again_at(self, peer: Peer, now: float) -> float:
        if peer.stage is REPEATS:
            return now + LOOK_AGAIN_AFTER_S
        people = self._people_in(peer.wishes.pool)
        return peer.waiting_since + (peer.stage + 1) * stage_s(people)

    def _share(self) -> float:
        """Return the part that this server has of the people of all pools."""
        here = len(self._pools)
        return here / (here + sum(self.people_elsewhere.values()))

    def _people_in(self, pool: str) -> int:
        return self._people[pool] + self.people_elsewhere.get(pool, 0)
