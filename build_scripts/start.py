"""Start a server in memory and the application against it; the server ends with it."""

import signal
import subprocess
import sys
from types import FrameType

from build_scripts.local_server import ServerDidNotStart, local_server


def main(arguments: list[str]) -> int:
    """Run until the application quits and return its exit code."""
    signal.signal(signal.SIGTERM, _quit)
    try:
        with local_server() as url:
            return _run_application(["--server", url, *arguments])
    except ServerDidNotStart as error:
        print(f"Passerby could not start its server: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


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
