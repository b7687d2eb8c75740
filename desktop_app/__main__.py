"""The `passerby` command: one person's window."""

import gc
import logging
import multiprocessing
import os
import sys


def main() -> None:
    """Run the application until the person quits, and end the process.

    The engine process imports this module too: nothing heavy may be imported above main, and
    freeze_support must come first, for a frozen engine process never gets past it.
    """
    multiprocessing.freeze_support()
    from desktop_app.options import parse_options

    options = parse_options(sys.argv[1:])
    try:
        if options.self_test:
            from desktop_app.self_test import run
        else:
            # Until the window is there: looking through what imports make, again and again,
            # took a tenth of the start. bootstrap switches it on again.
            gc.disable()
            from desktop_app.start import run
        code = run(options)
    except ImportError as error:
        # Installed for a server only, or a library of the system is missing.
        sys.exit(f"Passerby cannot start: {error}. {_way_out()}")
    # Everything is closed and saved. What is left, taking Python and Qt apart, gains nothing
    # and now and then crashes on objects that both believe to own.
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # Windows gives a program without a console none.
            stream.flush()
    os._exit(code)


def _way_out() -> str:
    if getattr(sys, "frozen", False):
        return "A part of it is missing: please install it again."
    return "Install it with: pip install 'passerby[desktop]'"


if __name__ == "__main__":
    main()
