"""The peers who wait in this process, and the random draw among them."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random

from signaling_server.domain.criteria import Group
from signaling_server.domain.pairing import may_meet
from signaling_server.domain.peer import Peer
from signaling_server.domain.random_bag import RandomBag
from signaling_server.domain.wishes import ALL_CAMERAS, FITTING, Cameras
from signaling_server.protocol.messages import Mode

DRAWS_MAX = 512
"""Draws of one find, besides as many as the seeker itself refuses."""

Bags = dict[str, RandomBag[Peer]]


class MemoryLine:
    """One random bag for each key that somebody offers, so that nothing is ever scanned.

    Joining, leaving and finding take a time that follows the criteria of the one peer, not the
    number of those who wait. A greedy line would pair neighbours in arrival order; a draw is
    uniform over all who fit.

    The draws of a find are bounded, whoever fills the line: what is left of them is shared evenly
    by the groups of an entry and the later entries. Whoever may be met is found at once where
    fewer draws than the share of its group are refused, and otherwise has a chance at every look:
    nobody is passed over for good.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bags: dict[Cameras, Bags] = {cameras: {} for cameras in ALL_CAMERAS}
        self._fitting = {
            mine: [self._bags[theirs] for theirs in FITTING[mine]] for mine in ALL_CAMERAS
        }
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
        bags = self._bags[peer.wishes.cameras]
        for key in offered:
            bag = bags.get(key)
            if bag is None:
                bag = bags[key] = RandomBag()
            bag.add(peer)

    def discard(self, peer: Peer) -> None:
        offered = self._offered.pop(peer, None)
        if offered is None:
            return
        self._waiting[peer.wishes.mode] -= 1
        bags = self._bags[peer.wishes.cameras]
        for key in offered:
            bag = bags[key]
            bag.discard(peer)
            if not bag:
                del bags[key]

    def find(self, seeker: Peer) -> Peer | None:
        if not self._offered:
            return None
        wishes, sought = seeker.wishes, seeker.criteria.sought
        fitting = self._fitting[wishes.cameras]
        left, later = DRAWS_MAX + len(wishes.blocked) + len(seeker.recent), len(sought)
        for groups in sought:
            found = _rarest_first(groups, fitting)
            later -= 1
            shares = len(found) + later
            for bags in found:
                # Mostly the first will do, and then nobody has to be kept from being drawn again.
                if len(bags) == 1 and left >= shares:
                    first = bags[0].draw(self._random)
                    if may_meet(seeker, first):
                        return first
                    left -= 1
                for peer in self._draw(bags, left // shares):
                    if peer is not None and may_meet(seeker, peer):
                        return peer
                    left -= 1
                shares -= 1
        return None

    def _draw(self, bags: list[RandomBag[Peer]], most: int) -> Iterator[Peer | None]:
        """Yield different peers, each of all the bags' members as likely as any other.

        A peer counts in the first of the bags that holds it, so being in several does not make
        it more likely. None for one that was drawn from another.
        """
        if len(bags) == 1:
            return islice(bags[0].draws(self._random), most)
        return self._draw_of_all(bags, most)

    def _draw_of_all(self, bags: list[RandomBag[Peer]], most: int) -> Iterator[Peer | None]:
        random = self._random
        draws = [bag.draws(random) for bag in bags]
        left = [len(bag) for bag in bags]
        total = sum(left)
        for drawn in range(min(most, total)):
            chosen, place = 0, int(random.random() * (total - drawn))
            while place >= left[chosen]:
                place -= left[chosen]
                chosen += 1
            peer = next(draws[chosen])
            left[chosen] -= 1
            yield None if any(peer in bag for bag in bags[:chosen]) else peer


def _rarest_first(groups: tuple[Group, ...], fitting: list[Bags]) -> list[list[RandomBag[Peer]]]:
    """Return the bags of each group that are not empty, of the smallest group first."""
    found = []
    for group in groups:
        held = []
        for bags in fitting:
            if bags:
                for key in group:
                    bag = bags.get(key)
                    if bag is not None:
                        held.append(bag)
        if held:
            found.append(held)
    if len(found) > 1:
        found.sort(key=_members)
    return found


def _members(bags: list[RandomBag[Peer]]) -> int:
    return len(bags[0]) if len(bags) == 1 else sum(map(len, bags))
