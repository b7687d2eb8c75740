"""Two ends of a call over a link, ours or the browsers', that are watched in the same way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.benchmarks.picture_delays import ApplicationEyes, Eyes, PageEyes
from tests.benchmarks.stage import Stage
from tests.benchmarks.statistics import ApplicationCounter, Counter, counting

TIMEOUT_S = 30.0


@dataclass(frozen=True)
class End:
    """Of a call that runs: what it is shown, and what it counts."""

    eyes: Eyes
    counter: Counter


@contextlib.asynccontextmanager
async def our_ends(scene: Stage) -> AsyncIterator[list[End]]:
    """Have two of our applications talk to each other."""
    async with contextlib.AsyncExitStack() as stack:
        applications = [
            await stack.enter_async_context(scene.application(name, place))
            for place, name in enumerate(("one", "other"))
        ]
        for application in applications:
            await application.do("next")
        for application in applications:
            await application.until(lambda status: status["painted"]["stranger"] > 0, TIMEOUT_S)
        yield [End(ApplicationEyes(one), ApplicationCounter(one)) for one in applications]


@contextlib.asynccontextmanager
async def browser_ends(scene: Stage) -> AsyncIterator[list[End]]:
    """Have two browsers talk to each other; they change the picture's size as they like."""
    async with contextlib.AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(scene.browser(place)) for place in (0, 1)]
        pages = [await scene.page(browser, adapt=1) for browser in browsers]
        for page in pages:
            await page.do("join")
        for page in pages:
            await page.until("r.picture.frames > 0", TIMEOUT_S)
        counters = await stack.enter_async_context(counting(pages))
        yield [End(PageEyes(page), c) for page, c in zip(pages, counters, strict=True)]


async def settle(ends: list[End], settled_s: float) -> None:
    """Wait until encoders, buffers and estimates stand still."""
    for end in ends:
        await end.eyes.open()
    await asyncio.sleep(settled_s)
