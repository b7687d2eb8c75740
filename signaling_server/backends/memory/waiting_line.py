"""The peers who wait in this process, and the random draw among them."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from signaling_server.domain.criteria import Group
from signaling_server.domain.pairing import may_meet
from signaling_server.domain.peer import Peer
from signaling_server.domain.random_bag import RandomBag
from signaling_server.protocol.messages import Mode

DRAWS_MAX = 128
"""Peers looked at in one group, besides those whom the seeker itself refuses."""


class MemoryLine:
    """One random bag for each key that somebody offers, so that nothing is ever scanned.

    Joining, leaving and finding take a time that follows the criteria of the one peer, not the
    number of those who wait. A greedy line would pair neighbours in arrival order; a draw is
    uniform over all who fit.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bags: dict[str, RandomBag[Peer]] = {}
        self._offered: dict[Peer, tuple[str, ...]] = {}
        self._waiting: Counter[Mode] = Counter()

    def __contains__(self, peer: Peer) -> bool:
        return peer in self._offered

    def count(self, mode: Mode) -> int:
        return self._waiting[mode]

    def peers(self) -> tuple[Peer, ...]:
        """Return everybody who waits; takes as long as they are many."""
        return tuple(self._offered)

    def add(self, peer: Peer) -> None:
        self.discard(peer)
        offered = self._offered[peer] = peer.criteria.offered
        self._waiting[peer.wishes.mode] += 1
        for key in offered:
            bag = self._bags.get(key)
            if bag is None:
                bag = self._bags[key] = RandomBag()
            bag.add(peer)

    def discard(self, peer: Peer) -> None:
        offered = self._offered.pop(peer, None)
        if offered is None:
            return
        self._waiting[peer.wishes.mode] -= 1
        for key in offered:
            bag = self._bags[key]
            bag.discard(peer)
            if not bag:
                del self._bags[key]

    def find(self, seeker: Peer, now: float) -> Peer | None:  # noqa: ARG002 - stages tell the time
        for groups in seeker.criteria.sought:
            for bags in self._rarest_first(groups):
                for peer in self._draw(bags, self._draws(seeker)):
                    if may_meet(seeker, peer):
                        return peer
        return None

    def _rarest_first(self, groups: tuple[Group, ...]) -> list[list[RandomBag[Peer]]]:
        found = [
            [bag for key in group if (bag := self._bags.get(key)) is not None] for group in groups
        ]
        if len(found) > 1:
            found.sort(key=lambda bags: sum(map(len, bags)))
        return found

    @staticmethod
    def _draws(seeker: Peer) -> int:
        return DRAWS_MAX + len(seeker.wishes.blocked) + len(seeker.recent)

    def _draw(self, bags: list[RandomBag[Peer]], most: int) -> Iterator[Peer]:
        """Yield different peers, each of all the bags' members as likely as any other.

        A peer counts in the first of the bags that holds it, so being in several does not make
        it more likely.
        """
        random = self._random
        if len(bags) == 1:
            bag = bags[0]
            for drawn in range(min(most, len(bag))):
                yield bag.draw(random, drawn)
            return
        drawn_of = [0] * len(bags)
        left = [len(bag) for bag in bags]
        for _ in range(min(most * len(bags), sum(left))):
            chosen = random.choices(range(len(bags)), weights=left)[0]
            peer = bags[chosen].draw(random, drawn_of[chosen])
            drawn_of[chosen] += 1
            left[chosen] -= 1
            if not any(peer in bag for bag in bags[:chosen]):
                yield peer
