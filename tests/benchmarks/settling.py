"""Waiting until processes have found their pace, so that starting up is not measured."""

import asyncio
import time
from collections.abc import Callable, Iterable

from tests.benchmarks import process_tree

WINDOW_S = 0.5
ALIKE = 0.15
"""Of a core: windows that differ by less are alike."""
WINDOWS = 4
TIMEOUT_S = 20.0


class Pace:
    """Looks at the CPU that processes use, a window at a time."""

    def __init__(self) -> None:
        self._used: list[float] = []

    def add(self, cores: float) -> bool:
        """Note what one window used; True once the last WINDOWS of them are alike."""
        self._used.append(cores)
        last = self._used[-WINDOWS:]
        return len(last) == WINDOWS and max(last) - min(last) < ALIKE


async def settled(pids: Iterable[int]) -> None:
    """Wait until these processes with all they have started use CPU evenly, TIMEOUT_S at most."""
    roots = tuple(pids)
    await _until_even(lambda: sum(process_tree.cpu_seconds(pid) for pid in roots))


async def _until_even(cpu_seconds: Callable[[], float]) -> None:
    pace = Pace()
    before, since = cpu_seconds(), time.monotonic()
    until = since + TIMEOUT_S
    while since < until:
        await asyncio.sleep(WINDOW_S)
        used, now = cpu_seconds(), time.monotonic()
        if pace.add((used - before) / (now - since)):
            return
        before, since = used, now
