"""How much sound lies ready ahead of the speaker."""

from collections.abc import Callable

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

LEAST = SAMPLE_RATE // 100
MOST = SAMPLE_RATE * 6 // 100
STEP = SAMPLE_RATE // 200
"""From 10 to 60 ms, in steps of 5: a busy machine leaves gaps with less than 40."""
CALM_S = 20.0
"""Without a gap for so long a step less is tried, and after twice as long when that made a gap."""
CALM_MAX_S = 640.0


class Lead:
    """As little as this machine plays without gaps. Belongs to the sound thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """clock in seconds."""
        self._clock = clock
        self._changed_at = clock()
        self._calm_s = CALM_S
        self._tried_less = False
        self._filled = False
        self.samples = LEAST

    def missing(self, left: int, *, ran_dry: bool) -> int:
        """Return how many samples to add where so many are left, STEP at least or none.

        ran_dry: the speaker has asked for more than was left; always so at the beginning.
        """
        now = self._clock()
        if ran_dry and self._filled:
            if self._tried_less:
                self._calm_s = min(CALM_MAX_S, 2 * self._calm_s)
            self._change(STEP, now)
        elif now - self._changed_at > self._calm_s:
            self._change(-STEP, now)
        self._filled = True
        # In pieces: each costs the voice's, the echo canceller's and the device's attention.
        missing = self.samples - left
        return missing if missing >= STEP else 0

    def _change(self, by: int, now: float) -> None:
        self._tried_less = by < 0 and self.samples > LEAST
        self.samples = max(LEAST, min(MOST, self.samples + by))
        self._changed_at = now
