"""Start a server in memory and the application against it; the server ends with it."""

import os
import signal
import subprocess
import sys
from types import FrameType

from build_scripts.local_server import (
    PREFERRED_URL,
    ServerDidNotStart,
    local_server,
    runs_already,
)

_HELP = """\
build_scripts/run starts a server in memory on this machine, unless one runs at
ws://127.0.0.1:8765 already or another is named, and the application against it.

  --demo [--json]   three applications that meet, without other people

Everything else is passed on to the application:
"""


def main(arguments: list[str]) -> int:
    """Run until the application quits and return its exit code."""
    signal.signal(signal.SIGTERM, _quit)
    if {"-h", "--help"}.intersection(arguments):
        print(_HELP, flush=True)
    try:
        if not _needs_server(arguments):
            return _run_application(arguments)
        if runs_already():
            return _run_application(["--server", PREFERRED_URL, *arguments])
        with local_server() as url:
            return _run_application(["--server", url, *arguments])
    except ServerDidNotStart as error:
        print(f"Passerby could not start its server: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _needs_server(arguments: list[str]) -> bool:
    """Whether the person has named no server and wants more than words on the terminal."""
    words = {"-h", "--help", "--version", "--server"}
    named = any(argument.split("=")[0] in words for argument in arguments)
    return not named and not os.environ.get("PASSERBY_SERVER")


def _run_application(arguments: list[str]) -> int:
    application = subprocess.Popen([sys.executable, "-m", "desktop_app", *arguments])
    try:
        return application.wait()
    finally:
        # On Ctrl-C the terminal has told the application as well; a kill of this process alone
        # reaches it here.
        if application.poll() is None:
            application.terminate()
            application.wait()


def _quit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
