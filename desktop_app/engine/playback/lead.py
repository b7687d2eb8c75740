"""How much sound lies ready ahead of the speaker."""

from collections.abc import Callable

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

LEAST = SAMPLE_RATE // 50
MOST = SAMPLE_RATE * 6 // 100
STEP = SAMPLE_RATE // 100
"""From 20 to 60 ms, in steps of 10: a busy machine leaves gaps with less than 40."""
CALM_S = 20.0
"""Without a gap for so long, a step less is tried."""


class Lead:
    """As little as this machine plays without gaps. Belongs to the sound thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock in seconds."""
        self._clock = clock
        self._changed_at = clock()
        self._filled = False
        self.samples = LEAST

    def missing(self, left: int) -> int:
        """Return how many samples to add where so many are left, STEP at least or none.

        None left, but at the beginning, was a gap.
        """
        now = self._clock()
        if left <= 0 and self._filled:
            self.samples = min(MOST, self.samples + STEP)
            self._changed_at = now
        elif now - self._changed_at > CALM_S:
            self.samples = max(LEAST, self.samples - STEP)
            self._changed_at = now
        self._filled = True
        # In pieces: each costs the voice's, the echo canceller's and the device's attention.
        missing = self.samples - left
        return missing if missing >= STEP else 0
