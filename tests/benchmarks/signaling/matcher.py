"""finds_per_s, find_ms_p99: the matcher alone, 100,000 waiting whose interests follow Zipf.

A find is timed as the server does it for a search that has just come: its wishes are read, its
criteria made, and a stranger is drawn. Who was found is taken out and somebody else joins, so
that as many wait as before. find_ms stands beside what a find costs with 100 waiting.
"""

import gc
import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.domain.criteria import criteria_of
from signaling_server.domain.pairing import secret_of
from signaling_server.domain.peer import Peer
from signaling_server.domain.widening import Stage
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol.messages import Mode, QueueJoin, SessionId
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.plan import Plan

WAITING = 100_000
FEW = 100
FINDS = 20_000
WORDS = 20_000
"""Different interests; the n-th is used 1/n as often as the first."""
INTERESTS_EACH = 3
LANGUAGES = ("en", "es", "fr", "de", "pt", "fi")
LANGUAGE_WEIGHTS = (40, 20, 15, 10, 10, 5)


class Crowd:
    """Makes people whose interests and languages are spread as among real ones."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = [f"interest {number}" for number in range(WORDS)]
        self._cumulated = list(itertools.accumulate(1 / (n + 1) for n in range(WORDS)))
        self._numbers = itertools.count()

    def search(self) -> QueueJoin:
        random = self._random
        return QueueJoin(
            search=1,
            mode=Mode.VIDEO,
            interests=random.choices(self._words, cum_weights=self._cumulated, k=INTERESTS_EACH),
            languages=random.choices(LANGUAGES, LANGUAGE_WEIGHTS),
        )

    def person(self) -> Peer:
        """Return somebody whose search has come and has not been looked at."""
        peer = Peer(SessionId(f"{next(self._numbers)}"), secret_of(None), frozenset())
        peer.search = self.search()
        return peer


def take(peer: Peer, stage: Stage) -> Peer:
    """Make of a search what the line compares, as the server does."""
    assert peer.search is not None
    peer.wishes, peer.stage = wishes_of(peer.search, ""), stage
    peer.criteria = criteria_of(peer.wishes, stage)
    return peer


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    many = [find_times_s(WAITING, seed) for seed in range(plan.repetitions)]
    few = find_times_s(FEW, seed=0)
    own = median([median(times_s) for times_s in many]) * 1e3
    return [
        Figure("finds_per_s", "1/s", median([FINDS / sum(t) for t in many]), None, len(many)),
        Figure(
            "find_ms_p99", "ms", median([percentile(t, 99) for t in many]) * 1e3, None, len(many)
        ),
        Figure("find_ms", "ms", own, median(few) * 1e3, len(many)),
    ]


def find_times_s(waiting: int, seed: int) -> Sequence[float]:
    """Return how long each find took with so many waiting."""
    random = Random(seed)
    crowd, line = Crowd(random), MemoryLine(random)
    for _ in range(waiting):
        line.add(take(crowd.person(), random.choice(list(Stage))))
    times_s = []
    gc.collect()
    gc.freeze()
    for _ in range(FINDS):
        seeker = crowd.person()
        began = time.perf_counter()
        found = line.find(take(seeker, Stage.NARROW))
        times_s.append(time.perf_counter() - began)
        if found is not None:
            line.discard(found)
            line.add(take(crowd.person(), random.choice(list(Stage))))
    gc.unfreeze()
    return times_s
