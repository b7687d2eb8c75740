"""A limit on a rate that lets short bursts through."""


class TokenBucket:
    """Holds up to burst tokens and gains per_s of them every second; starts full."""

    __slots__ = ("_burst", "_checked_at", "_per_s", "_tokens")

    def __init__(self, per_s: float, burst: int, now: float) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._tokens = self._burst
        self._checked_at = now

    def take(self, now: float, amount: float = 1.0) -> float:
        """Take tokens and return 0, or take none and return after how many seconds to ask again."""
        gained = (now - self._checked_at) * self._per_s
        tokens = self._tokens = min(self._burst, self._tokens + gained)
        self._checked_at = now
        if tokens >= amount:
            self._tokens = tokens - amount
            return 0.0
        return (amount - tokens) / self._per_s

    def emptiness(self, now: float) -> float:
        """Return which part of the burst is used up, 0 to 1."""
        gained = (now - self._checked_at) * self._per_s
        return 1 - min(self._burst, self._tokens + gained) / self._burst
