"""When each connection is looked at for a sign of life."""

import asyncio
import math
from collections.abc import Callable
from random import Random
from typing import Protocol

_STEPS = 64
"""Parts of an interval: so many shares of all connections are looked at one after the other."""


class Watched(Protocol):
    """What lives as long as it answers."""

    def beat(self) -> None:
        """Called twice in the interval of pings."""


class Timers(Protocol):
    """The part of an event loop that is needed here."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], None], /) -> asyncio.TimerHandle: ...


class Pulse:
    """Calls every connection twice in ping_interval_s, one timer for all of them.

    Each has a step of the interval drawn at random, so that those who came in one moment are not
    all asked in one. Steps that were missed while the server stood still are not made up for: who
    could not be heard then is not given up for that.
    """

    def __init__(
        self, ping_interval_s: float, idle_ping_interval_s: float, random: Random, timers: Timers
    ) -> None:
        interval_s = ping_interval_s / 2
        self._step_s = interval_s / _STEPS
        self.idle_beats = max(1, math.ceil(idle_ping_interval_s / interval_s) - 1)
        """After so many calls without a sign of life who is idle is to be asked for one."""
        self._random = random
        self._timers = timers
        self._steps: list[dict[Watched, None]] = [{} for _ in range(_STEPS)]
        self._step = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    def add(self, watched: Watched) -> int:
        """Begin to call it, unless this is closed; returns what discard asks for."""
        step = self._random.randrange(_STEPS)
        self._steps[step][watched] = None
        if self._timer is None and not self._is_closed:
            self._beat_later()
        return step

    def discard(self, watched: Watched, step: int) -> None:
        """Call it no more."""
        self._steps[step].pop(watched, None)

    def close(self) -> None:
        """Call nobody any more."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat_later(self) -> None:
        """Set the timer for the next step: what a turn of the loop was late is made up for."""
        self._due = max(self._due + self._step_s, self._timers.time())
        self._timer = self._timers.call_at(self._due, self._beat)

    def _beat(self) -> None:
        self._timer = None
        if any(self._steps):
            self._beat_later()
        self._step = (self._step + 1) % _STEPS
        for watched in tuple(self._steps[self._step]):
            watched.beat()
