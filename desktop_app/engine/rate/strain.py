"""Whether this machine keeps up with encoding, and how much smaller pictures must be for it."""

SMOOTH = 1 / 30
"""The part of each picture in the mean: that of the last second, at 30 a second."""
SHARE_MAX = 3.0
"""One picture that waited long is no more than this, or it alone would be a strain."""
STRAINED_SHARE = 0.85
AT_EASE_SHARE = 0.42
"""Of the time to the next picture; as in libwebrtc's CpuOveruseOptions."""
STRAINED_S = 3.0
AT_EASE_S = 20.0
AT_EASE_MAX_S = 320.0
STEPS_MAX = 2
"""A machine that half the width is still too much for lacks time for everything, not for pictures."""


class Strain:
    """Watches which part of the time to the next picture each one takes. Times in seconds.

    A larger picture is tried after a while at ease. Where that was too much, the next try comes
    after twice as long: each change costs a key frame, and is seen.
    """

    def __init__(self) -> None:
        self.steps = 0
        """How many sizes smaller pictures must be."""
        self._share = 0.0
        self._strained_since: float | None = None
        self._at_ease_since: float | None = None
        self._at_ease_s = AT_EASE_S
        self._eased_at: float | None = None

    def note(self, now_s: float, took_s: float, interval_s: float) -> None:
        """Take how long it was from the capture of a picture until it was encoded."""
        self._share += SMOOTH * (min(took_s / interval_s, SHARE_MAX) - self._share)
        if self._share <= STRAINED_SHARE:
            self._strained_since = None
        elif self._strained_since is None:
            self._strained_since = now_s
        if self._share >= AT_EASE_SHARE:
            self._at_ease_since = None
        elif self._at_ease_since is None:
            self._at_ease_since = now_s
        if _lasted(self._strained_since, STRAINED_S, now_s):
            self._strained_since = None
            self._tighten(now_s)
        elif _lasted(self._at_ease_since, self._at_ease_s, now_s):
            self._at_ease_since = None
            self._ease(now_s)

    def _tighten(self, now_s: float) -> None:
        if self.steps == STEPS_MAX:
            return
        self.steps += 1
        in_vain = self._eased_at is not None and now_s - self._eased_at < self._at_ease_s
        self._at_ease_s = min(2 * self._at_ease_s, AT_EASE_MAX_S) if in_vain else AT_EASE_S

    def _ease(self, now_s: float) -> None:
        if self.steps:
            self.steps -= 1
            self._eased_at = now_s


def _lasted(since: float | None, how_long_s: float, now_s: float) -> bool:
    return since is not None and now_s - since >= how_long_s
