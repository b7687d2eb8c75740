"""Notices that the machine has slept, the same way on every system."""

import asyncio
import time
from collections.abc import Callable

CHECK_INTERVAL_S = 2.0
SLEPT_FOR_AT_LEAST_S = 10.0


async def watch_for_wake(
    on_wake: Callable[[], None],
    wall_clock: Callable[[], float] = time.time,
    check_interval_s: float = CHECK_INTERVAL_S,
) -> None:
    """Call on_wake after each sleep of the machine; runs until cancelled.

    The wall clock goes on in a sleep while timers stand still, so a round that took far
    longer than it should was a sleep (or a clock set forward, for which a needless reconnect
    is a fair price).
    """
    before = wall_clock()
    while True:
        await asyncio.sleep(check_interval_s)
        now = wall_clock()
        if now - before > check_interval_s + SLEPT_FOR_AT_LEAST_S:
            on_wake()
        before = now
