"""When samples were captured, by a clock that devices and their lumps do not disturb."""

from collections import deque
from collections.abc import Callable

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

LOOK_BACK = 30
"""Lumps, a third of a second of them or more, of which one has come in time; older ones say nothing of a
device that has lost samples since, or whose clock is not quite ours."""
DEVICE_S = 0.002
"""How old the newest sample is when a device hands it over, about."""


class SampleClock:
    """Maps a device's samples to seconds of clock; samples come late, and never early."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Another device begins."""
        self._begins_s: deque[float] = deque(maxlen=LOOK_BACK)
        self._count = 0

    def add(self, count: int) -> None:
        """Note that so many samples have come just now."""
        self._count += count
        self._begins_s.append(self._clock() - DEVICE_S - self._count / SAMPLE_RATE)

    def captured_s(self, back: int) -> float:
        """Return when the sample was captured that lies so many before the end."""
        return min(self._begins_s) + (self._count - back) / SAMPLE_RATE
