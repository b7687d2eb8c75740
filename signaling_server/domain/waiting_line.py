"""The peers who wait for a stranger, and the random draw among them."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from signaling_server.domain.pairing import may_meet
from signaling_server.domain.peer import Peer
from signaling_server.domain.random_bag import RandomBag
from signaling_server.protocol.messages import Mode, Search

DRAWS_MAX = 64
"""Peers looked at in one search; a peer who is not found now is looked for again later."""


class Cameras(NamedTuple):
    """The camera wishes that split a mode into bags."""

    has: bool
    wants: bool


_ALL_CAMERAS = tuple(Cameras(has, wants) for has in (True, False) for wants in (True, False))
_ANY_CAMERA = Cameras(has=True, wants=False)


class WaitingLine:
    """One random bag for each mode and camera wish, so that wishes are met without a scan.

    A greedy line would pair neighbours in arrival order; a draw is uniform over all who fit.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bags: dict[Mode, dict[Cameras, RandomBag[Peer]]] = {
            mode: {
                cameras: RandomBag()
                for cameras in (_ALL_CAMERAS if mode is Mode.VIDEO else (_ANY_CAMERA,))
            }
            for mode in Mode
        }

    def count(self, mode: Mode) -> int:
        """Return how many wait in a mode."""
        return sum(len(bag) for bag in self._bags[mode].values())

    def add(self, peer: Peer, search: Search) -> None:
        self._bag(search).add(peer)

    def discard(self, peer: Peer, search: Search) -> None:
        """Take a peer out that was added with this search; nothing when it is not there."""
        self._bag(search).discard(peer)

    def find(self, seeker: Peer, search: Search, now: float) -> Peer | None:
        """Return a random peer the seeker may meet, or None; the line stays as it is."""
        bags = self._fitting_bags(search)
        return next((peer for peer in self._draw(bags) if may_meet(seeker, peer, now)), None)

    def _bag(self, search: Search) -> RandomBag[Peer]:
        return self._bags[search.mode][_cameras(search)]

    def _fitting_bags(self, search: Search) -> list[RandomBag[Peer]]:
        mine = _cameras(search)
        return [
            bag
            for theirs, bag in self._bags[search.mode].items()
            if len(bag) and (mine.has or not theirs.wants) and (theirs.has or not mine.wants)
        ]

    def _draw(self, bags: list[RandomBag[Peer]]) -> Iterator[Peer]:
        """Yield different peers, each of all the bags' members as likely as any other."""
        drawn = [0] * len(bags)
        for _ in range(min(DRAWS_MAX, sum(map(len, bags)))):
            left = [len(bag) - taken for bag, taken in zip(bags, drawn, strict=True)]
            chosen = self._random.choices(range(len(bags)), weights=left)[0]
            yield bags[chosen].draw(self._random, drawn[chosen])
            drawn[chosen] += 1


def _cameras(search: Search) -> Cameras:
    if search.mode is not Mode.VIDEO:
        return _ANY_CAMERA
    return Cameras(search.has_camera, search.wants_camera)
