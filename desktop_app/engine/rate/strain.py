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
CALM_TIMES = 3
"""A machine that is not at ease, but not strained either, is given so much longer before a larger picture
is tried: part of the time goes by whatever the size."""
PAUSE_S = 1.0
"""Pictures further apart say nothing of the time between them."""


class Strain:
    """Watches which part of the time to the next picture each one takes. Times in seconds.

    Where a larger picture was too much, the next try comes after twice as long: each change costs
    a key frame, and is seen.
    """

    def __init__(self) -> None:
        self.steps = 0
        """How many sizes smaller pictures must be."""
        self.is_busy = False
        """Since it was strained, until it is at ease or larger pictures are tried."""
        self._share = 0.0
        self._number = 0
        self._captured_s = 0.0
        self._strained = _Since()
        self._calm = _Since()
        self._at_ease = _Since()
        self._at_ease_s = AT_EASE_S
        self._eased_at: float | None = None

    def note(self, number: int, captured_s: float, encoded_s: float, steps_max: int) -> None:
        """Take when a picture was captured, and when it was encoded.

        number counts all that are captured; steps_max is how many smaller sizes would help.
        """
        passed_s, count = captured_s - self._captured_s, number - self._number
        self._number, self._captured_s = number, captured_s
        if count <= 0:
            return  # It was encoded once more, or is the first one of another camera.
        if passed_s > PAUSE_S:
            for since in (self._strained, self._calm, self._at_ease):
                since.forget()
            return
        share = min((encoded_s - captured_s) * count / max(passed_s, 1e-3), SHARE_MAX)
        self._share += SMOOTH * (share - self._share)
        self._strained.see(self._share > STRAINED_SHARE, encoded_s)
        self._calm.see(self._share <= STRAINED_SHARE, encoded_s)
        self._at_ease.see(self._share < AT_EASE_SHARE, encoded_s)
        if self._share < AT_EASE_SHARE:
            self.is_busy = False
        self._step(encoded_s, steps_max)

    def _step(self, now_s: float, steps_max: int) -> None:
        calm_s = CALM_TIMES * self._at_ease_s
        if self.steps > steps_max:
            self.steps = steps_max
        elif self._strained.lasted(STRAINED_S, now_s):
            self._strained.forget()
            self.is_busy = True
            if self.steps < steps_max:
                self._tighten(now_s)
        elif self._at_ease.lasted(self._at_ease_s, now_s) or self._calm.lasted(calm_s, now_s):
            for since in (self._at_ease, self._calm):
                since.forget()
            self.is_busy = False
            if self.steps:
                self.steps -= 1
                self._eased_at = now_s

    def _tighten(self, now_s: float) -> None:
        self.steps += 1
        in_vain = self._eased_at is not None and now_s - self._eased_at < self._at_ease_s
        self._at_ease_s = min(2 * self._at_ease_s, AT_EASE_MAX_S) if in_vain else AT_EASE_S


class _Since:
    """How long something has been so."""

    def __init__(self) -> None:
        self._began_s: float | None = None

    def see(self, is_so: bool, now_s: float) -> None:
        if not is_so:
            self.forget()
        elif self._began_s is None:
            self._began_s = now_s

    def forget(self) -> None:
        self._began_s = None

    def lasted(self, how_long_s: float, now_s: float) -> bool:
        return self._began_s is not None and now_s - self._began_s >= how_long_s
