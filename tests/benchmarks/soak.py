"""An hour of calls with a next every half minute: whether anything grows.

Three applications with auto-next: two talk, the third waits, and one of the two that talk presses
next in turn, so that everybody meets somebody new. Memory of each process is a slope through its
samples after a time of settling; threads, file handles and shared memory are compared at rest.
"""

import asyncio
import contextlib
import itertools
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from build_scripts.application import Application
from tests.benchmarks.figures import Figure
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.size import Size
from tests.benchmarks.stage import stage
from tests.sound_pipes import SoundPipes

NAME = "soak"
PLAN = Plan(sizes=(Size(640, 480),), repetitions=1, minutes=60.0)
OPTIONS = {"minutes": Option("how long the calls go on, 60 if not said", number="N")}
NEXT_EVERY_S = 30.0
SETTLED_S = 120.0
"""Not counted, or a third of a shorter run: caches fill, and the allocator finds its level."""
TIMEOUT_S = 60.0
LOOK_S = 0.5
NAMES = ("one", "two", "three")


@dataclass
class Life:
    """What one process used, a sample a next."""

    at_s: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    shared_mb: list[float] = field(default_factory=list)

    def note(self, process: psutil.Process) -> None:
        self.at_s.append(time.monotonic())
        # Pages that others share would come and go with them.
        self.memory_mb.append(process.memory_full_info().uss / 1e6)
        self.threads.append(process.num_threads())
        self.handles.append(process.num_fds())
        self.shared_mb.append(_shared_bytes(process.pid) / 1e6)

    def slope(self, name: str, since_s: float) -> float:
        """Return how much a value grows in an hour, by the samples from a moment on."""
        values = [
            (at_s / 3_600, value)
            for at_s, value in zip(self.at_s, getattr(self, name), strict=True)
            if at_s >= since_s
        ]
        if len(values) < 2:
            return 0.0
        hours, measured = zip(*values, strict=True)
        return float(np.polyfit(hours, measured, 1)[0])

    def quarters_mb(self, since_s: float) -> list[float]:
        """Return the median of the memory in each quarter of the time from a moment on."""
        settled = [
            mb for at_s, mb in zip(self.at_s, self.memory_mb, strict=True) if at_s >= since_s
        ]
        return [float(np.median(part)) for part in np.array_split(settled, 4) if len(part)]


Lives = dict[str, Life]


async def measure(plan: Plan) -> list[Figure]:
    """Let people meet for so long; there is nothing of a browser's to compare with."""
    async with stage(plan.sizes[0]) as scene, contextlib.AsyncExitStack() as stack:
        sounds = [stack.enter_context(scene.sound(number % 2)) for number in range(len(NAMES))]
        apps = [
            await stack.enter_async_context(scene.application(name, 0, sound))
            for name, sound in zip(NAMES, sounds, strict=True)
        ]
        for app in apps:
            await app.do("change", settings={"auto_next": True})
            await app.do("next")
        began_s = time.monotonic()
        duration_s = plan.minutes * 60.0
        lives, nexts = await _live(apps, sounds, scene.server_pid, began_s + duration_s)
    since_s = began_s + min(SETTLED_S, duration_s / 3)
    for name, life in sorted(lives.items()):
        stood_at = ", ".join(f"{mb:.1f}" for mb in life.quarters_mb(since_s))
        print(f"{name}: {stood_at} MB, the median of each quarter after settling", file=sys.stderr)
    return [*_figures(lives, since_s, nexts), Figure("nexts", "", nexts, None, nexts)]


async def _live(
    apps: list[Application], sounds: list[SoundPipes], server_pid: int, until_s: float
) -> tuple[Lives, int]:
    """Press next in turn, and look at every process between two presses."""
    lives: Lives = {}
    nexts = 0
    for number in itertools.count():
        due_s = time.monotonic() + NEXT_EVERY_S
        await asyncio.sleep(NEXT_EVERY_S / 2)
        for name, process in await _processes(apps, server_pid):
            lives.setdefault(name, Life()).note(process)
        for sound in sounds:
            sound.forget()  # nobody listens here, and an hour of it takes 2 GB
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        if time.monotonic() >= until_s:
            return lives, nexts
        nexts += await _press(apps, number)
    raise AssertionError("the count has no end")


async def _press(apps: list[Application], number: int) -> int:
    """Have somebody who talks press next, and wait until two people talk in another call."""
    call, talking = await _talking(apps, None)
    await talking[number % len(talking)].do("next")
    await _talking(apps, call)
    return 1


async def _talking(apps: list[Application], before: str | None) -> tuple[str, list[Application]]:
    """Wait for a call that is not the one before, and return who talks in it."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            for app in apps:
                call = await _call_of(app)
                talking = [one for one in apps if call and await _call_of(one) == call]
                if call is not None and call != before and len(talking) == 2:
                    return call, talking
            await asyncio.sleep(LOOK_S)


async def _call_of(app: Application) -> str | None:
    """Return the call in which somebody talks, None for whoever does not."""
    situation = (await app.do("status"))["situation"]
    return str(situation["call"]) if situation["phase"] == "talking" else None


async def _processes(apps: list[Application], server_pid: int) -> list[tuple[str, psutil.Process]]:
    """Return the interface and the engine of each application, and the server."""
    found = [("server", psutil.Process(server_pid))]
    for app in apps:
        engine_pid = (await app.do("status"))["engine_pid"]
        found.append((f"{app.name}.interface", psutil.Process(app.pid)))
        found.append((f"{app.name}.engine", psutil.Process(engine_pid)))
    return found


def _shared_bytes(pid: int) -> int:
    """Return the size of the blocks of shared memory that a process has mapped."""
    sizes = {}
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        path = line.split(maxsplit=5)[-1]
        if path.startswith("/dev/shm/"):
            with contextlib.suppress(OSError):
                sizes[path] = Path(path).stat().st_size
    return sum(sizes.values())


def _figures(lives: Lives, since_s: float, samples: int) -> list[Figure]:
    """Return for each process what grows in an hour; where it is one of three, the worst."""
    units = {"memory_mb": "MB/h", "threads": "1/h", "handles": "1/h", "shared_mb": "MB/h"}
    figures = []
    for kind in ("interface", "engine", "server"):
        ours = [life for name, life in lives.items() if name.endswith(kind)]
        for value, unit in units.items():
            worst = max(life.slope(value, since_s) for life in ours)
            figures.append(Figure(f"{kind}.{value}_per_h", unit, worst, None, samples))
        last = max(life.memory_mb[-1] for life in ours)
        figures.append(Figure(f"{kind}.memory_mb", "MB", last, None, samples))
    return figures
