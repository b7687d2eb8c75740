"""How much a stranger may send, where only the receiver can tell: from abs-send-time, for REMB."""

from desktop_app.engine.rate.controller import RateController
from desktop_app.engine.rate.path import Carried, Path

TICKS_PER_S = 1 << 18
"""Of abs-send-time, which has 24 bits and wraps every 64 s."""
UPDATE_S = 0.1
TELL_S = 0.5
FALL = 0.97
"""What is less than this part of the last limit is told at once."""
SOURCES_MAX = 8


class ReceivedRate:
    """Belongs to one thread; times are in seconds."""

    def __init__(self) -> None:
        self.sources: list[int] = []
        self._path = Path()
        self._controller = RateController()
        self._came: list[Carried] = []
        self._ticks: int | None = None
        self._updated_at = 0.0
        self._told_at = 0.0
        self._told_bps = 0.0

    def take(self, sent_at: int, now_s: float, size: int, source: int) -> int | None:
        """Note a packet, and return a limit in bit/s when it is time to tell one."""
        if source not in self.sources and len(self.sources) < SOURCES_MAX:
            self.sources.append(source)
        if self._ticks is None:
            self._ticks = sent_at
        self._ticks += (sent_at - self._ticks + (1 << 23)) % (1 << 24) - (1 << 23)
        self._came.append(Carried(self._ticks / TICKS_PER_S, now_s, size))
        if now_s - self._updated_at < UPDATE_S:
            return None
        self._path.take(self._came)
        self._came.clear()
        self._updated_at = now_s
        self._controller.update(now_s, self._path)
        return self._due(now_s)

    def _due(self, now_s: float) -> int | None:
        rate_bps = self._controller.rate_bps
        if now_s - self._told_at < TELL_S and rate_bps >= FALL * self._told_bps:
            return None
        self._told_at, self._told_bps = now_s, rate_bps
        return round(rate_bps)
