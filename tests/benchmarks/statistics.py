"""What both kinds of peer count of themselves: pictures, bytes and voice that came in."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

from build_scripts.application import Application
from tests.browser_peer.browser import BrowserPeer

SAMPLE_RATE = 48_000
EVERY_S = 1.0


@dataclass(frozen=True)
class Counted:
    """At a time (time.monotonic): the stranger's pictures and sound of the last second.

    The voice is counted from the beginning of the call on; gaps is None where nobody counts them.
    """

    at_s: float
    width: int
    height: int
    fps: float
    received_bps: float
    voice_real_s: float
    voice_made_up_s: float
    voice_gaps: int | None


class Counter(Protocol):
    """Counts at one end of a call."""

    def counts(self) -> list[Counted]:
        """Return what has been counted since it began, a value a second."""


class ApplicationCounter:
    """Takes the statistics that the engine reports, where what is 0 is left out."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._since = len(application.reports)

    def counts(self) -> list[Counted]:
        return [
            Counted(
                report["at_ns"] / 1e9,
                report.get("width", 0),
                report.get("height", 0),
                report.get("fps", 0),
                report.get("received_bps", 0),
                report.get("voice_real_s", 0),
                report.get("voice_made_up_s", 0),
                report.get("voice_gaps", 0),
            )
            for report in self._application.reports[self._since :]
            if report["event"] == "statistics"
        ]


class PageCounter:
    """Asks a browser for its own statistics once a second."""

    def __init__(self, page: BrowserPeer) -> None:
        self._page = page
        self._counts: list[Counted] = []
        self._bytes = 0
        self._frames = 0
        self._asked_at = 0.0

    def counts(self) -> list[Counted]:
        return self._counts

    async def run(self) -> None:
        """Count until cancelled."""
        await self._look()
        while True:
            await asyncio.sleep(EVERY_S)
            self._counts.append(await self._look())

    async def _look(self) -> Counted:
        streams = await self._page.do("received")
        picture, voice = streams.get("video", {}), streams.get("audio", {})
        now_s = time.monotonic()
        passed_s, self._asked_at = now_s - self._asked_at, now_s
        received = picture.get("bytesReceived", 0) + voice.get("bytesReceived", 0)
        frames = picture.get("framesDecoded", 0)
        total, made_up = voice.get("totalSamplesReceived", 0), voice.get("concealedSamples", 0)
        counted = Counted(
            now_s,
            picture.get("frameWidth", 0),
            picture.get("frameHeight", 0),
            (frames - self._frames) / passed_s,
            (received - self._bytes) * 8 / passed_s,
            (total - made_up) / SAMPLE_RATE,
            made_up / SAMPLE_RATE,
            None,
        )
        self._bytes, self._frames = received, frames
        return counted


@contextlib.asynccontextmanager
async def counting(pages: list[BrowserPeer]) -> AsyncIterator[list[PageCounter]]:
    """Count at each of these pages for as long as the context lasts."""
    counters = [PageCounter(page) for page in pages]
    tasks = [asyncio.create_task(counter.run()) for counter in counters]
    try:
        yield counters
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def next_count(counter: Counter, timeout_s: float = 5.0) -> Counted:
    """Return what is counted next."""
    known = len(counter.counts())
    await until(lambda: len(counter.counts()) > known, timeout_s)
    return counter.counts()[-1]


async def until(holds: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until it holds, and return whether it did in time."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True
