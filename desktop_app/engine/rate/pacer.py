"""Spreads what is sent over time, so that one large picture does not fill the path's queue."""

from collections.abc import Callable

FASTER = 2.5
"""Than the rate on the average: a picture should not take the time of a whole one."""
BURST_S = 0.02
"""At that pace, sent without a pause: an ordinary picture."""
FIRST_BYTES = 32_000
"""Sent without any pause at first: a key frame, which somebody waits for. Paced it would take 20 ms
more on a fast path; a slow one holds it as long either way."""
REPAIRS = 0.4
"""Of the rate, for packets that are sent again."""
REPAIRS_BURST_S = 0.3


class Pacer:
    """Belongs to one thread; the clock is in seconds."""

    def __init__(self, clock: Callable[[], float], rate_bps: float) -> None:
        self._clock = clock
        self.rate_bps = rate_bps
        self._at_once = FIRST_BYTES
        self._free_at = clock()
        self._repairs_free_at = clock()

    def pause_s(self, size: int) -> float:
        """Note a packet of so many bytes, and return how long to wait after it."""
        if self._at_once > 0:
            self._at_once -= size
            return 0.0
        now_s = self._clock()
        self._free_at = max(self._free_at, now_s) + size * 8 / (FASTER * self.rate_bps)
        return max(0.0, self._free_at - now_s - BURST_S)

    def may_repair(self, size: int) -> bool:
        """Whether so many bytes may be sent again now; if so, they are noted."""
        now_s = self._clock()
        free_at = max(self._repairs_free_at, now_s) + size * 8 / (REPAIRS * self.rate_bps)
        if free_at - now_s > REPAIRS_BURST_S:
            return False
        self._repairs_free_at = free_at
        return True
