"""The bundle: its size, and how soon it is there, beside the same sources run by Python.

The .deb is built as for a release. A start is measured from the moment the process is made to the
first paint of its window on a virtual display, and to the engine's first word. Warm starts follow
a first one that is thrown away; before a cold one every file of the program is put out of the
page cache. Both sides take turns.
"""

import asyncio
import contextlib
import os
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from build_scripts.application import prepare_profile, running_application
from build_scripts.linux import deb
from build_scripts.packaging.bundle import Part, build_bundle
from build_scripts.packaging.stage import make_stage
from build_scripts.packaging.version import ROOT, version_of
from build_scripts.virtual_display import virtual_display
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.plan import Option, Plan
from tests.server_process import running_server

NAME = "bundle"
PLAN = Plan(sizes=(), repetitions=9)
OPTIONS: dict[str, Option] = {}
READY_WITHIN_S = 60.0
MEGABYTE = 1e6


@dataclass
class Side:
    """One way to start the application, and the seconds its starts took."""

    name: str
    program: Sequence[str]
    files: Path
    window_s: list[float] = field(default_factory=list)
    window_cold_s: list[float] = field(default_factory=list)
    engine_ready_s: list[float] = field(default_factory=list)


async def measure(plan: Plan) -> list[Figure]:
    """Build, look at the sizes, and start both sides in turn."""
    with tempfile.TemporaryDirectory(prefix="passerby-benchmark-") as directory:
        work = Path(directory)
        print("building the .deb as for a release", file=sys.stderr)
        version = version_of()
        bundle = build_bundle(Part.DESKTOP, make_stage(work / "stage", version), work, version)
        package = deb.make(bundle, work, work, version, quick=False)
        ours = Side("bundle", (str(bundle / "passerby"),), bundle)
        source = (sys.executable, "-m", "desktop_app")
        peer = Side("source", source, Path(sysconfig.get_path("platlib")))
        await _start_in_turns((ours, peer), work, plan.repetitions)
        sizes = [
            Figure("compressed_mb", "MB", package.stat().st_size / MEGABYTE, None, 1),
            Figure("installed_mb", "MB", _size(work / "deb" / "usr") / MEGABYTE, None, 1),
        ]
    return [*sizes, *(_figure(name, ours, peer) for name in _TIMES)]


_TIMES = ("window_s", "window_cold_s", "engine_ready_s")


def _figure(name: str, ours: Side, peer: Side) -> Figure:
    taken: list[float] = getattr(ours, name)
    return Figure(name, "s", median(taken), median(getattr(peer, name)), len(taken))


async def _start_in_turns(sides: Sequence[Side], work: Path, repetitions: int) -> None:
    with virtual_display() as display:
        async with running_server() as server:
            for side in sides:
                await _start(side, work, server.url, display)  # Everything is read once.
            for _ in range(repetitions):
                for side in sides:
                    window, engine = await _start(side, work, server.url, display)
                    side.window_s.append(window)
                    side.engine_ready_s.append(engine)
            for _ in range(repetitions):
                for side in sides:
                    await asyncio.to_thread(_forget_files, side)
                    window, _ = await _start(side, work, server.url, display)
                    side.window_cold_s.append(window)


async def _start(
    side: Side, work: Path, server: str, display: dict[str, str]
) -> tuple[float, float]:
    """Start and quit; returns the seconds to the painted window and to the engine's word."""
    profile = work / f"profile-{side.name}"
    if not profile.exists():
        prepare_profile(profile, server)
    began = time.monotonic_ns()
    async with running_application(
        side.name, profile, server, environment=display, program=side.program
    ) as application:
        times = [
            (
                await application.reported(
                    lambda report, e=event: report["event"] == e, READY_WITHIN_S
                )
            )
            for event in ("shown", "engine_ready")
        ]
    window, engine = ((report["at_ns"] - began) / 1e9 for report in times)
    return window, engine


def _forget_files(side: Side) -> None:
    """Put the program's files out of the page cache, as they are after a start of the machine.

    Of Python's own installation what the peer shares with this process stays: it is in use.
    """
    os.sync()
    folders = [side.files] if side.name == "bundle" else [side.files, ROOT / "desktop_app"]
    for folder in folders:
        for path in _regular_files(folder):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def _regular_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _regular_files(folder))
