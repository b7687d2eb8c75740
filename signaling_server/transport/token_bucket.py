"""A limit on a rate that lets short bursts through."""


class TokenBucket:
    """Holds up to burst tokens and gains per_s of them every second; starts full."""

    __slots__ = ("_burst", "_checked_at", "_per_s", "_tokens")

    def __init__(self, per_s: float, burst: int, now: float) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._tokens = self._burst
        self._checked_at = now

    def take(self, now: float) -> float:
        """Take a token and return 0, or return after how many seconds there will be one."""
        gained = (now - self._checked_at) * self._per_s
        self._tokens = min(self._burst, self._tokens + gained)
        self._checked_at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._per_s
