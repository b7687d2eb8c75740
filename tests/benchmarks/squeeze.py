"""A link that falls to SQUEEZED_KBPS for a while and comes back: does the picture stay live?

Full quality is back with the first second that has the size from before the fall, nine tenths of
its pictures and most of its bitrate.
"""

import asyncio
import time
from dataclasses import dataclass, field

from tests.benchmarks.ends import End, browser_ends, our_ends, settle
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.loss import freezes_s, new_pictures
from tests.benchmarks.picture_delays import Seen, delays
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.size import Size
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.statistics import Counted, Counter, next_count, until

NAME = "squeeze"
PLAN = Plan(sizes=(Size(1280, 720),), repetitions=9)
OPTIONS: dict[str, Option] = {}
ROUND_TRIP_MS = 50.0
QUEUE_MS = 400.0
"""What the line holds back before it drops; with the picture's way, 425 ms where it is full."""
SQUEEZED_KBPS = 400.0
SQUEEZED_S = 20.0
STANDING_FROM_S = 3.0
FREE_S = 12.0
"""Before each fall, and for the estimates at first."""
BACK_WITHIN_S = 30.0
FULL_FPS, FULL_BITRATE = 0.9, 0.8


@dataclass
class Squeezed:
    """One end, a value a fall; latencies one a picture."""

    latency_ms: list[float] = field(default_factory=list)
    full_after_s: list[float] = field(default_factory=list)
    fps: list[float] = field(default_factory=list)
    freeze_s: list[float] = field(default_factory=list)
    voice_percent: list[float] = field(default_factory=list)


async def measure(plan: Plan) -> list[Figure]:
    """Measure our applications, then the browsers, in falls during one call each."""
    async with stage(plan.sizes[0], link_ms=ROUND_TRIP_MS) as scene:
        async with our_ends(scene) as ends:
            ours = await _squeeze(scene, ends, plan.repetitions)
        async with browser_ends(scene) as ends:
            peer = await _squeeze(scene, ends, plan.repetitions)
    figures = {
        "standing_latency_ms": ("ms", lambda side: median(side.latency_ms), max),
        "standing_latency_ms_p95": ("ms", lambda side: percentile(side.latency_ms, 95), max),
        "full_quality_after_s": ("s", lambda side: median(side.full_after_s), max),
        "squeezed_fps": ("1/s", lambda side: median(side.fps), min),
        "squeezed_freeze_s": ("s", lambda side: median(side.freeze_s), max),
        "squeezed_voice_frames_percent": ("%", lambda side: median(side.voice_percent), min),
    }
    return [
        Figure(name, unit, worse(map(of, ours)), worse(map(of, peer)), plan.repetitions)
        for name, (unit, of, worse) in figures.items()
    ]


async def _squeeze(scene: Stage, ends: list[End], repetitions: int) -> list[Squeezed]:
    assert scene.network is not None
    scene.network.change(rate_kbps=0, queue_ms=QUEUE_MS)
    sides = [Squeezed() for _ in ends]
    for _ in range(repetitions):
        await settle(ends, FREE_S)
        before = [end.counter.counts()[-3:] for end in ends]
        fell_at = time.monotonic()
        scene.network.change(rate_kbps=SQUEEZED_KBPS)
        await asyncio.sleep(STANDING_FROM_S)
        began = [await next_count(end.counter) for end in ends]
        await asyncio.sleep(fell_at + SQUEEZED_S - time.monotonic())
        scene.network.change(rate_kbps=0)
        back_at = time.monotonic()
        ended = [end.counter.counts()[-1] for end in ends]
        _note_pictures(sides, [await end.eyes.close() for end in ends], fell_at, back_at)
        for number, side in enumerate(sides):
            side.voice_percent.append(_voice_percent(began[number], ended[number]))
        waits = [_full_after_s(e.counter, b, back_at) for e, b in zip(ends, before, strict=True)]
        for side, full_s in zip(sides, await asyncio.gather(*waits), strict=True):
            side.full_after_s.append(full_s)
    return sides


def _note_pictures(sides: list[Squeezed], seen: list[Seen], fell_at: float, back_at: float) -> None:
    """Note what was shown once the queue should have emptied, and how old it was."""
    for number, side in enumerate(sides):
        side.latency_ms += [
            delay_ms
            for shown_s, delay_ms in delays(seen[1 - number], seen[number])
            if fell_at + STANDING_FROM_S < shown_s < back_at
        ]
        times = new_pictures(seen[number])
        squeezed = [at for at in times if fell_at + STANDING_FROM_S < at < back_at]
        side.fps.append(len(squeezed) / (SQUEEZED_S - STANDING_FROM_S))
        side.freeze_s.append(freezes_s(times, fell_at, back_at))


def _voice_percent(began: Counted, ended: Counted) -> float:
    real = ended.voice_real_s - began.voice_real_s
    return 100 * real / (real + ended.voice_made_up_s - began.voice_made_up_s)


async def _full_after_s(counter: Counter, before: list[Counted], back_at: float) -> float:
    """Return how long full quality took to come back, BACK_WITHIN_S where it did not."""
    fps = FULL_FPS * median([one.fps for one in before])
    bps = FULL_BITRATE * median([one.received_bps for one in before])

    def is_full(one: Counted) -> bool:
        size = (one.width, one.height) == (before[-1].width, before[-1].height)
        return one.at_s > back_at and size and one.fps >= fps and one.received_bps >= bps

    await until(lambda: any(map(is_full, counter.counts())), BACK_WITHIN_S)
    full = [one.at_s - back_at for one in counter.counts() if is_full(one)]
    return min(full, default=BACK_WITHIN_S)
