"""A machine that sleeps."""

import asyncio
from collections.abc import Iterable

from desktop_app.host.sleep import SLEPT_FOR_AT_LEAST_S, watch_for_wake

DEADLINE_S = 5.0


async def wakes_seen(readings: Iterable[float]) -> int:
    """Watch a clock that shows these seconds, one a round, until they are used up."""
    wakes = 0
    used_up = asyncio.Event()
    clock = iter(readings)

    def wall_clock() -> float:
        nonlocal last
        if (reading := next(clock, None)) is None:
            used_up.set()
            return last
        last = reading
        return reading

    def count() -> None:
        nonlocal wakes
        wakes += 1

    last = 0.0
    task = asyncio.create_task(watch_for_wake(count, wall_clock, check_interval_s=0.001))
    async with asyncio.timeout(DEADLINE_S):
        await used_up.wait()
    task.cancel()
    return wakes


async def test_time_that_passes_evenly_is_no_sleep():
    assert await wakes_seen([0.0, 2.0, 4.0, 6.0]) == 0


async def test_each_sleep_is_told_once():
    night = SLEPT_FOR_AT_LEAST_S * 100

    assert await wakes_seen([0.0, 2.0, night, night + 2, 2 * night, 2 * night + 2]) == 2


async def test_a_clock_set_back_is_no_sleep():
    assert await wakes_seen([5_000.0, 1.0, 2.0]) == 0
