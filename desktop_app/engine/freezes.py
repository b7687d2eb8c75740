"""How often, and for how long, a picture stood still that should have moved."""

FREEZE_S = 0.2
"""Without a new picture for longer."""


class Freezes:
    """Times in seconds. A camera that is off, or a first picture to come, is no freeze."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self._last_s: float | None = None

    def note(self, now_s: float) -> None:
        """A new picture is there."""
        if self._last_s is not None and now_s - self._last_s > FREEZE_S:
            self.count += 1
            self.seconds += now_s - self._last_s
        self._last_s = now_s

    def pause(self) -> None:
        """No picture is expected until the next one."""
        self._last_s = None
