"""A call over a link that loses packets at random: how long the picture stands, what is heard.

A freeze is a time of more than FREEZE_S without a new picture, and counts as a whole.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.benchmarks.ends import End, browser_ends, our_ends, settle
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.picture_delays import Seen
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.size import Size
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.statistics import next_count

NAME = "loss"
PLAN = Plan(sizes=(Size(1280, 720),), repetitions=9)
OPTIONS = {"loss": Option("percent of the packets each way", number="PERCENT", positional=True)}
ROUND_TRIP_MS = 50.0
SETTLED_S = 10.0
WATCHED_S = 60.0
FREEZE_S = 0.2


@dataclass
class Endured:
    """By one end, a value a window."""

    freeze_s: list[float] = field(default_factory=list)
    voice_percent: list[float] = field(default_factory=list)
    voice_gaps: list[int | None] = field(default_factory=list)
    fps: list[float] = field(default_factory=list)


async def measure(plan: Plan) -> list[Figure]:
    """Measure our applications, then the browsers, in windows of one call each."""
    async with stage(plan.sizes[0], link_ms=ROUND_TRIP_MS) as scene:
        async with our_ends(scene) as ends:
            ours = await _endure(scene, ends, plan)
        async with browser_ends(scene) as ends:
            peer = await _endure(scene, ends, plan)
    n = plan.repetitions
    gaps = [max(g for g in one.voice_gaps if g is not None) for one in ours]
    return [
        Figure("freeze_s", "s", _most(ours, "freeze_s"), _most(peer, "freeze_s"), n),
        Figure(
            "voice_frames_percent",
            "%",
            _least(ours, "voice_percent"),
            _least(peer, "voice_percent"),
            n,
        ),
        Figure("voice_gaps_over_60_ms", "1", max(gaps), None, n),
        Figure("fps", "1/s", _least(ours, "fps"), _least(peer, "fps"), n),
    ]


def freezes_s(shown_s: Sequence[float], began_s: float, ended_s: float) -> float:
    """Return how long the picture stood in all, from when new pictures were shown."""
    times = [began_s, *(at for at in shown_s if began_s < at < ended_s), ended_s]
    return sum(gap for gap in (b - a for a, b in pairwise(times)) if gap > FREEZE_S)


def new_pictures(seen: Seen) -> list[float]:
    """Return when pictures were shown that were not the one before once more."""
    before: int | None = None
    times = []
    for code, at_s in seen.shown_s:
        if code != before:
            times.append(at_s)
        before = code
    return times


async def _endure(scene: Stage, ends: list[End], plan: Plan) -> list[Endured]:
    assert scene.network is not None
    endured = [Endured() for _ in ends]
    scene.network.change(loss_percent=0)
    await settle(ends, SETTLED_S)
    scene.network.change(loss_percent=plan.loss)
    for _ in range(plan.repetitions):
        for end in ends:
            await end.eyes.open()
        before = [await next_count(end.counter) for end in ends]
        await asyncio.sleep(WATCHED_S)
        after = [await next_count(end.counter) for end in ends]
        for number, (end, one) in enumerate(zip(ends, endured, strict=True)):
            began, ended = before[number], after[number]
            times = new_pictures(await end.eyes.close())
            one.freeze_s.append(freezes_s(times, began.at_s, ended.at_s))
            one.fps.append(len(times) / (ended.at_s - began.at_s))
            real = ended.voice_real_s - began.voice_real_s
            made_up = ended.voice_made_up_s - began.voice_made_up_s
            one.voice_percent.append(100 * real / (real + made_up))
            one.voice_gaps.append(
                None
                if ended.voice_gaps is None or began.voice_gaps is None
                else ended.voice_gaps - began.voice_gaps
            )
    return endured


def _most(sides: list[Endured], name: str) -> float:
    return max(median(getattr(side, name)) for side in sides)


def _least(sides: list[Endured], name: str) -> float:
    return min(median(getattr(side, name)) for side in sides)
