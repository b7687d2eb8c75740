"""About how long people wait for a stranger."""

import statistics
from collections import deque
from collections.abc import Callable

_KEPT = 100
"""Calls whose waits are known."""
_LATELY_S = 300.0
_ASKED_AGAIN_S = 1.0


class WaitEstimate:
    """The median of the latest waits; clock gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waits: deque[tuple[float, tuple[float, float]]] = deque(maxlen=_KEPT)
        self._estimate: float | None = None
        self._made = float("-inf")

    def add(self, waits_s: tuple[float, float]) -> None:
        """Note how long the two of a new call have waited."""
        self._waits.append((self._clock(), waits_s))

    def likely_s(self) -> float | None:
        """Return about how long a search takes, in tenths; None when nobody was met lately."""
        now = self._clock()
        if now - self._made >= _ASKED_AGAIN_S:
            lately = [
                wait_s for at, both in self._waits if now - at <= _LATELY_S for wait_s in both
            ]
            self._estimate = round(statistics.median(lately), 1) if lately else None
            self._made = now
        return self._estimate
