"""How long people wait, by simulation: python -m tests.benchmarks.fairness [--write]

The server's own lobby pairs people of a made-up town over an hour of its clock. Everybody talks,
presses next and waits again; interests and languages are spread as among real people. --write
puts the table into docs/fairness.md. Seeded: the same code gives the same table.
"""

import argparse
import datetime
import heapq
import itertools
import re
import subprocess
from pathlib import Path
from random import Random

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.domain.sessions import Grace
from signaling_server.protocol.messages import CallEnded, CallNext, QueueMatched, Scope
from tests.benchmarks.figures import percentile
from tests.benchmarks.signaling.matcher import Crowd

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "fairness.md"
PEOPLE = (20, 200, 2_000, 20_000)
MEAN_TALK_S = 30.0
SEARCHES = 60_000
"""Waits looked at in each town, after those with which it fills."""
SEED = 20
SCOPES = (Scope.PREFER, Scope.ANYBODY)
SCOPE_WEIGHTS = (80, 20)
_MARKED = re.compile(r"(<!-- generated: waits -->\n).*?(<!-- /generated -->)", re.DOTALL)


class Town:
    """So many people online, who talk for half a minute on average."""

    def __init__(self, people: int) -> None:
        self._random = random = Random(SEED)
        self._crowd = Crowd(random)
        self._now = 0.0
        self._lobby = Lobby(
            lambda: self._now, random, MemoryLine(random), Grace(60.0, 90.0), Observers()
        )
        self._searches: dict[Peer, CallNext] = {}
        self._since: dict[Peer, float] = {}
        self._turns = itertools.count()
        self._presses: list[tuple[float, int, Peer]] = []
        self.waits_s: list[float] = []
        self.shared = 0
        """How many of those waits ended with somebody who shares an interest."""
        for _ in range(people):
            peer = self._lobby.enter(None, ())
            wish = self._crowd.search()
            scope = random.choices(SCOPES, SCOPE_WEIGHTS)[0]
            self._searches[peer] = CallNext(
                search=1,
                mode=wish.mode,
                interests=wish.interests,
                languages=wish.languages,
                scope=scope,
            )
            self._press_in(random.uniform(0, MEAN_TALK_S), peer)

    def live(self, searches: int) -> None:
        """Let time pass until so many searches have ended with a stranger."""
        while len(self.waits_s) < searches:
            due = self._lobby.next_due()
            if due is not None and (not self._presses or due <= self._presses[0][0]):
                self._now = max(self._now, due)
                self._take(self._lobby.pass_time())
                continue
            self._now, _, peer = heapq.heappop(self._presses)
            if peer.search is None:
                self._since[peer] = self._now
                self._take(self._lobby.next(peer, self._searches[peer]))

    def longest_waiting_s(self) -> float:
        """Return how long the one who waits longest at this moment has waited."""
        return max(
            (self._now - self._since[peer] for peer in self._searches if peer.search is not None),
            default=0.0,
        )

    def _take(self, deliveries: list[Delivery]) -> None:
        for peer, told in deliveries:
            if isinstance(told, QueueMatched):
                self.waits_s.append(self._now - self._since[peer])
                self.shared += bool(told.shared_interests)
                self._press_in(self._random.expovariate(1 / MEAN_TALK_S), peer)
            elif isinstance(told, CallEnded):
                self._press_in(self._random.uniform(0.5, 2.0), peer)

    def _press_in(self, seconds: float, peer: Peer) -> None:
        heapq.heappush(self._presses, (self._now + seconds, next(self._turns), peer))


def table() -> str:
    """Return the distributions as a table."""
    rows = [
        "| people online | median | 90 % | 99 % | longest | share an interest |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for people in PEOPLE:
        town = Town(people)
        town.live(people)
        town.waits_s.clear()
        town.shared = 0
        town.live(SEARCHES)
        waits_s = town.waits_s
        longest_s = max(*waits_s, town.longest_waiting_s())
        shown = [percentile(waits_s, percent) for percent in (50, 90, 99)]
        cells = [f"{people:,}", *(f"{wait_s:.2f} s" for wait_s in (*shown, longest_s))]
        rows.append(f"| {' | '.join(cells)} | {100 * town.shared / len(waits_s):.0f} % |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/fairness.md")
    write = parser.parse_args().write
    found = table()
    print(found)
    if write:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        today = datetime.datetime.now(datetime.UTC).date()
        dated = f"Simulated on {today} at commit {commit}, seed {SEED}.\n\n{found}\n"
        old = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(
            _MARKED.sub(lambda mark: f"{mark[1]}{dated}{mark[2]}", old), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
