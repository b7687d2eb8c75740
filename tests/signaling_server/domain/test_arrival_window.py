"""Under load, pairs are not neighbours in the order in which they came."""

from random import Random
from statistics import median

import pytest

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.sessions import Grace
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, QueueJoin, QueueMatched

ARRIVALS = 4_000


class Arriving:
    """People who come at random times at a certain rate, and how far apart the paired ones came."""

    def __init__(self, per_s: float, window_s: float) -> None:
        random = Random(5)
        self.now = 1_000.0
        lobby = Lobby(
            lambda: self.now,
            random,
            MemoryLine(random),
            Grace(60.0, 90.0),
            Observers(),
            window_s=window_s,
        )
        came, calls = {}, {}
        self.distances: list[int] = []
        self.waits_s: list[float] = []
        for number in range(ARRIVALS):
            arrives_at = self.now + random.expovariate(per_s)
            deliveries = []
            while (due := lobby.next_due()) is not None and due <= arrives_at:
                self.now = max(self.now, due)
                deliveries += self._stamped(lobby.pass_time())
            self.now = arrives_at
            peer = lobby.enter(None, ())
            came[peer] = number, arrives_at
            deliveries += self._stamped(lobby.join(peer, QueueJoin(search=1, mode=Mode.VIDEO)))
            for at, to, told in deliveries:
                if isinstance(told, QueueMatched):
                    self.waits_s.append(at - came[to][1])
                    other = calls.setdefault(told.call, to)
                    if other is not to:
                        self.distances.append(abs(came[to][0] - came[other][0]))

    def _stamped(self, deliveries: list) -> list[tuple]:
        return [(self.now, to, message) for to, message in deliveries]

    @property
    def neighbours(self) -> float:
        """The share of pairs who came right after one another."""
        return self.distances.count(1) / len(self.distances)


def test_under_load_pairs_are_drawn_from_everybody_who_came_within_the_window():
    busy = Arriving(per_s=1_000.0, window_s=limits.WINDOW_MAX_S)

    # About 20 come in a window: a pair drawn evenly of 20 is one of neighbours in one case of 10.
    assert busy.neighbours < 0.2
    assert median(busy.waits_s) < limits.WINDOW_MAX_S
    assert len(busy.distances) > 0.49 * ARRIVALS


def test_without_a_window_pairs_would_be_neighbours():
    assert Arriving(per_s=1_000.0, window_s=0.0).neighbours > 0.9


@pytest.mark.parametrize("per_s", [20.0, 0.95 * limits.WINDOW_FROM_PER_S])
def test_nobody_is_held_back_where_few_come(per_s: float):
    quiet = Arriving(per_s=per_s, window_s=limits.WINDOW_MAX_S)

    # The second of each pair is matched in the very step in which it comes.
    assert sum(wait_s == 0.0 for wait_s in quiet.waits_s) >= len(quiet.waits_s) / 2
