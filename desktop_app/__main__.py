"""The `passerby` command: one person's window."""

import multiprocessing
import sys


def main() -> int:
    """Start the application and return its exit code.

    The engine process imports this module too: nothing heavy may be imported above main, and
    freeze_support must come first, for a frozen engine process never gets past it.
    """
    multiprocessing.freeze_support()
    from desktop_app.bootstrap import run
    from desktop_app.options import parse_options

    return run(parse_options(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
