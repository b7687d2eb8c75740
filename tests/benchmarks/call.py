"""A whole call: CPU and memory of one side, frame rate, latency from capture to paint.

Windows of a call are measured one after another: first CPU, frame rate and memory with nobody
looking into the pictures, then latency with the frame code read at both ends. Our applications
have a microphone and a speaker of a real sound server; the browser's fake ones go through the same
processing. The browsers are told to keep the size; ours becomes smaller on a machine too slow for
it, which the height that came tells. With a busy interface, the thread that paints on each side has other work for a part of
the time. Voice and lips are measured after that (voice.py).
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from build_scripts.application import Application
from tests.benchmarks import process_tree, voice
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.picture_delays import ApplicationEyes, Eyes, PageEyes, watch
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.size import Size
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.statistics import ApplicationCounter
from tests.browser_peer.browser import BrowserPeer

NAME = "call"
PLAN = Plan(sizes=(Size(640, 480), Size(1280, 720)), repetitions=9)
OPTIONS = {
    "busy_interface": Option("both interfaces burn 10 ms of every 33 ms; the larger size alone")
}
TIMEOUT_S = 30.0
SETTLED_S = 8.0
"""Until encoders, buffers and bandwidth estimates stand still."""
LOAD_S = 5.0
LATENCY_S = 4.0
BUSY_MS = 10
BUSY_EVERY_MS = 33


@dataclass
class Side:
    """What one side has shown: a value a window, latencies one a frame."""

    cpu_core: list[float] = field(default_factory=list)
    fps: list[float] = field(default_factory=list)
    height: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    latency_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Watched:
    """One end of a running call: the pictures shown of the other one, and how high they come."""

    pid: int
    frames: Callable[[], Awaitable[int]]
    height: Callable[[], Awaitable[int]]


async def measure(plan: Plan) -> list[Figure]:
    """Measure our applications and the browsers at each size, or busy at the last one."""
    if plan.busy_interface:
        return _busy_figures(*await _both(plan.sizes[-1], plan), plan.repetitions)
    figures = []
    for size in plan.sizes:
        figures += _figures(size, *await _both(size, plan), plan.repetitions)
    async with stage(plan.sizes[-1]) as scene:
        return figures + await voice.figures(scene, plan)


async def _both(size: Size, plan: Plan) -> tuple[list[Side], list[Side]]:
    async with stage(size) as scene:
        ours = await _measure_ours(scene, plan)
        return ours, await _measure_peer(scene, plan)


def _figures(size: Size, ours: list[Side], peer: list[Side], repetitions: int) -> list[Figure]:
    units = {
        "cpu_core": "cores",
        "fps": "1/s",
        "height": "px",
        "latency_ms": "ms",
        "memory_mb": "MB",
    }
    figures = [
        Figure(f"{size}.{name}", unit, _worse(ours, name), _worse(peer, name), repetitions)
        for name, unit in units.items()
    ]
    p99 = _worse_latency(ours, 99), _worse_latency(peer, 99)
    figures.append(Figure(f"{size}.latency_ms_p99", "ms", *p99, repetitions))
    return figures


def _busy_figures(ours: list[Side], peer: list[Side], repetitions: int) -> list[Figure]:
    p95 = _worse_latency(ours, 95), _worse_latency(peer, 95)
    return [
        Figure("fps", "1/s", _worse(ours, "fps"), _worse(peer, "fps"), repetitions),
        Figure("height", "px", _worse(ours, "height"), _worse(peer, "height"), repetitions),
        Figure("latency_ms_p95", "ms", *p95, repetitions),
    ]


def _worse(sides: list[Side], name: str) -> float:
    medians = [median(getattr(side, name)) for side in sides]
    return min(medians) if name in ("fps", "height") else max(medians)


def _worse_latency(sides: list[Side], percent: float) -> float:
    return max(percentile(side.latency_ms, percent) for side in sides)


async def _measure_load(ends: list[tuple[Watched, Side]]) -> None:
    """Let one window pass and note what each end has used and shown in it."""
    before = [(process_tree.cpu_seconds(end.pid), await end.frames()) for end, _ in ends]
    began = time.monotonic()
    await asyncio.sleep(LOAD_S)
    elapsed = time.monotonic() - began
    for (end, side), (cpu, frames) in zip(ends, before, strict=True):
        side.cpu_core.append((process_tree.cpu_seconds(end.pid) - cpu) / elapsed)
        side.fps.append((await end.frames() - frames) / elapsed)
        side.height.append(await end.height())
        side.memory_mb.append(process_tree.memory_mb(end.pid))


async def _watch_codes(ends: tuple[Eyes, Eyes], sides: list[Side]) -> None:
    for side, seen in zip(sides, await watch(ends, LATENCY_S), strict=True):
        side.latency_ms += seen


# --- our applications ------------------------------------------------------------------------


async def _measure_ours(scene: Stage, plan: Plan) -> list[Side]:
    sides = [Side(), Side()]
    async with contextlib.AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                scene.application(name, place, stack.enter_context(scene.sound(place)))
            )
            for place, name in enumerate(("one", "other"))
        ]
        for app in (one, other):
            await app.do("next")
        for app in (one, other):
            await app.until(lambda status: status["painted"]["stranger"] > 0, TIMEOUT_S)
            if plan.busy_interface:
                await app.do("burn", busy_ms=BUSY_MS, every_ms=BUSY_EVERY_MS)
        await asyncio.sleep(SETTLED_S)
        ends = [(_watched(app), side) for app, side in zip((one, other), sides, strict=True)]
        for _ in range(plan.repetitions):
            await _measure_load(ends)
        for _ in range(plan.repetitions):
            await _watch_codes((ApplicationEyes(one), ApplicationEyes(other)), sides)
    return sides


def _watched(app: Application) -> Watched:
    async def frames() -> int:
        return int((await app.do("status"))["painted"]["stranger"])

    async def height() -> int:
        return counter.counts()[-1].height

    counter = ApplicationCounter(app)
    return Watched(app.pid, frames, height)


# --- the browsers ----------------------------------------------------------------------------


async def _measure_peer(scene: Stage, plan: Plan) -> list[Side]:
    sides = [Side(), Side()]
    async with contextlib.AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(scene.browser(place)) for place in (0, 1)]
        pages = [await scene.page(browser) for browser in browsers]
        for page in pages:
            await page.do("join")
        for page in pages:
            await page.until("r.picture.frames > 0", TIMEOUT_S)
            await page.do("readCodes", False, False)
            if plan.busy_interface:
                await page.do("burn", BUSY_MS, BUSY_EVERY_MS)
        await asyncio.sleep(SETTLED_S)
        ends = [
            (
                Watched(browser.pid, _asked(page, "presented"), _asked(page, "video.videoHeight")),
                side,
            )
            for browser, page, side in zip(browsers, pages, sides, strict=True)
        ]
        for _ in range(plan.repetitions):
            await _measure_load(ends)
        for _ in range(plan.repetitions):
            await _watch_codes((PageEyes(pages[0]), PageEyes(pages[1])), sides)
    return sides


def _asked(page: BrowserPeer, name: str) -> Callable[[], Awaitable[int]]:
    async def value() -> int:
        return int(await page.page.evaluate(f"() => window.peer.picture.{name}"))

    return value
