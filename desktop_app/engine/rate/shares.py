"""Divides the rate: voice first, then repairs, then the picture with what is left."""

import math
from collections.abc import Callable

PICTURE_MIN_BPS = 100_000
PICTURE_PAYLOAD = 0.94
"""Of the picture's packets; the rest is headers."""
PAUSED_BELOW_BPS = 50_000
PAUSED_BEYOND_S = 0.15
"""With so little left for it and a queue so long, the picture waits: the voice would suffer."""
RESUMED_ABOVE_BPS = 65_000
AVERAGED_S = 1.0


class Average:
    """A rate in bit/s over about the last second; the clock is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at = clock()
        self._bits = 0.0

    def add(self, size: int) -> None:
        self._bits = self.bps * AVERAGED_S + size * 8
        self._at = self._clock()

    @property
    def bps(self) -> float:
        return self._bits * math.exp((self._at - self._clock()) / AVERAGED_S) / AVERAGED_S


class Shares:
    """What voice and repairs take is noted when it is sent."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.voice = Average(clock)
        self.repairs = Average(clock)
        self._is_paused = False

    def picture_bps(self, rate_bps: float, queue_s: float) -> int:
        """Return what the picture's encoder may give out; 0 while the picture has to wait.

        queue_s is what packets stand in the path's queue.
        """
        left = (rate_bps - self.voice.bps - self.repairs.bps) * PICTURE_PAYLOAD
        if self._is_paused:
            self._is_paused = left < RESUMED_ABOVE_BPS
        else:
            self._is_paused = left < PAUSED_BELOW_BPS and queue_s > PAUSED_BEYOND_S
        return 0 if self._is_paused else round(max(PICTURE_MIN_BPS, left))
