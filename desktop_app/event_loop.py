"""The one file that knows qasync: the loop, the exception hook, the orderly quit."""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from types import FrameType, TracebackType

import qasync
from PySide6.QtWidgets import QApplication

from desktop_app import crashes

log = logging.getLogger(__name__)

WAKE_INTERVAL_MS = 500
"""Python handles signals between bytecodes only; a sleeping Qt loop is woken this often."""


def run(application: QApplication, main: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    """Run `main` on Qt's loop until it returns; it should return soon after its event is set.

    The event is set by Ctrl-C, SIGTERM and the end of the desktop session. Closing the last
    window does not end the loop: whoever closes it sets the event, so that cleaning up has a
    loop to run on. Returns the exit code.
    """
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(_log_exception)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_of_thread
    quit_asked = asyncio.Event()

    def ask_to_quit(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(quit_asked.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_quit)
    application.commitDataRequest.connect(lambda _: quit_asked.set())
    waker = application.startTimer(WAKE_INTERVAL_MS)
    try:
        # Not closed: that would wait for whatever a thread still does, a name look-up for instance.
        loop.run_until_complete(main(quit_asked))
    finally:
        application.killTimer(waker)
    return 0


def _log_exception(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    error = context.get("exception")
    log.error(
        "%s", context.get("message"), exc_info=error if isinstance(error, Exception) else None
    )


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    log.error("uncaught", exc_info=(kind, error, traceback))
    crashes.note(error)


def _log_of_thread(ended: threading.ExceptHookArgs) -> None:
    """Python's own would write to an error output that a program with windows does not have."""
    if ended.exc_value is not None:
        _log_uncaught(ended.exc_type, ended.exc_value, ended.exc_traceback)
