"""The command line of the demo: build_scripts/run --demo [--json]."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from build_scripts.application import (
    Application,
    ApplicationFailed,
    prepare_profile,
    running_application,
)
from build_scripts.demo.report import DemoReport
from build_scripts.demo.story import VOICES_HZ, StepNotSeen, tell
from build_scripts.local_server import ServerDidNotStart, local_server
from build_scripts.virtual_display import NoDisplay, virtual_display

SCREENSHOTS = Path(__file__).resolve().parents[2] / "demo"


def main() -> int:
    """Run the demo; 0 only if every step was really seen."""
    parser = argparse.ArgumentParser(
        prog="build_scripts/run --demo",
        description="Three applications meet on this machine, without other people.",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line"
    )
    as_json = parser.parse_args().json
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    report = DemoReport()
    SCREENSHOTS.mkdir(exist_ok=True)
    try:
        with contextlib.ExitStack() as stack:
            environment = {} if _has_display() else stack.enter_context(virtual_display())
            server = stack.enter_context(local_server(["--log-level", "warning"]))
            profiles = stack.enter_context(tempfile.TemporaryDirectory(prefix="passerby-demo-"))
            asyncio.run(_show(report, server, Path(profiles), environment))
    except (NoDisplay, ServerDidNotStart, StepNotSeen, ApplicationFailed, TimeoutError) as error:
        report.failure = str(error) or type(error).__name__
    except KeyboardInterrupt:
        return 130
    print(report.as_text())
    if as_json:
        print(report.as_json())
    return 0 if report.complete else 1


async def _show(
    report: DemoReport, server: str, profiles: Path, environment: Mapping[str, str]
) -> None:
    async with contextlib.AsyncExitStack() as stack:

        async def start(name: str, voice_hz: float) -> Application:
            profile = profiles / name
            prepare_profile(profile, server)
            options = ("--stand-in-camera", "--stand-in-voice", str(voice_hz))
            return await stack.enter_async_context(
                running_application(name, profile, server, *options, environment=environment)
            )

        people = {name: await start(name, voice_hz) for name, voice_hz in VOICES_HZ.items()}
        await tell(people, SCREENSHOTS, report)


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


if __name__ == "__main__":
    sys.exit(main())
