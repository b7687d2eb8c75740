"""The command line of `passerby`."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from desktop_app import __version__


@dataclass(frozen=True, slots=True)
class Options:
    """server is a URL or None; voice_hz is the generated voice's fundamental, 0 for none."""

    server: str | None = None
    link: str = ""
    profile: Path | None = None
    stand_in_camera: bool = False
    voice_hz: float = 0.0
    automation: bool = False
    verbose: bool = False
    self_test: bool = False
    json: bool = False


def parse_options(arguments: list[str]) -> Options:
    """Read the command line; prints and exits on --help, --version and errors."""
    parser = argparse.ArgumentParser(
        prog="passerby", description="Meet strangers by webcam: press F9 and a new person is there."
    )
    parser.add_argument("--version", action="version", version=f"Passerby {__version__}")
    parser.add_argument(
        "link",
        nargs="?",
        default="",
        metavar="passerby://SERVER",
        help="a link that names a server; where Passerby runs already, its window takes it",
    )
    parser.add_argument(
        "--server",
        metavar="URL",
        default=os.environ.get("PASSERBY_SERVER") or None,
        help="the server to use, such as wss://example.org or ws://localhost:8765"
        " (also PASSERBY_SERVER; without it the one chosen in the settings)",
    )
    parser.add_argument(
        "--profile",
        metavar="DIR",
        type=Path,
        help="keep settings and logs in this folder, for a second person on this machine",
    )
    parser.add_argument(
        "--stand-in-camera",
        action="store_true",
        help="show a moving test picture where no camera works",
    )
    parser.add_argument(
        "--stand-in-voice",
        metavar="HZ",
        type=float,
        default=0.0,
        help="use a generated voice of this pitch where no microphone works",
    )
    parser.add_argument(
        "--automation",
        action="store_true",
        help="take commands on standard input and report on standard output, as JSON lines"
        " (docs/automation.md)",
    )
    parser.add_argument("--verbose", action="store_true", help="log more, to the standard error")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="look whether everything this program needs is there and works, and end",
    )
    parser.add_argument("--json", action="store_true", help="tell the self-test's result as JSON")
    given = parser.parse_args(arguments)
    return Options(
        server=given.server,
        link=given.link,
        profile=given.profile,
        stand_in_camera=given.stand_in_camera,
        voice_hz=given.stand_in_voice,
        automation=given.automation,
        verbose=given.verbose,
        self_test=given.self_test,
        json=given.json,
    )
