"""A limit on a rate that lets short bursts through."""


class TokenBucket:
    """Holds up to burst tokens and gains per_s of them every second; starts full.

    Kept as the time at which it will be full again (the generic cell rate algorithm of ITU-T
    I.371), which is one number to look at and to change for each token.
    """

    __slots__ = ("_burst_s", "_full_at", "_token_s")

    def __init__(self, per_s: float, burst: int, now: float) -> None:
        self._token_s = 1 / per_s
        self._burst_s = burst / per_s
        self._full_at = now

    def take(self, now: float, amount: float = 1.0) -> float:
        """Take tokens and return 0, or take none and return after how many seconds to ask again."""
        full_at = self._full_at
        full_at = (full_at if full_at > now else now) + amount * self._token_s
        wait_s = full_at - now - self._burst_s
        if wait_s > ROUNDING_S:
            return wait_s
        self._full_at = full_at
        return 0.0

    def emptiness(self, now: float) -> float:
        """Return which part of the burst is used up, 0 to 1."""
        return max(0.0, self._full_at - now) / self._burst_s


ROUNDING_S = 1e-9
"""Tokens that were taken one by one add up to a burst within this."""
