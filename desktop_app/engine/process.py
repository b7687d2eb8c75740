"""Entry point of the engine process: the loop, the pipe, and an end that always comes."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from desktop_app import crashes
from desktop_app import engine_messages as messages
from desktop_app.engine.engine import Engine
from desktop_app.engine.pipe import Pipe

EXIT_WITHIN_S = 2.0
"""Time for an orderly end; a native call that hangs does not hold the process longer."""

SWITCH_INTERVAL_S = 0.0005
"""How long a thread that computes may keep the loop waiting; Python's own 5 ms are felt at each
of the steps that bring the next picture."""

log = logging.getLogger(__name__)


def run(pipe: Connection, picture_blocks: dict[str, str]) -> None:
    """Be the engine until Quit comes or the other end of the pipe is gone.

    picture_blocks maps Stream values to the names of shared-memory blocks that the interface
    has created and removes. Call it in the main thread of a spawned process.
    """
    # Ctrl-C in a terminal reaches both processes: the interface decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    _quieten_libraries()
    crashes.watch(part="engine")
    asyncio.run(_serve(pipe, picture_blocks))
    crashes.end_well()
    # Threads of native libraries may hang in a device; nothing is left to be saved by waiting.
    os._exit(0)


async def _serve(connection: Connection, picture_blocks: dict[str, str]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_log_without_content)
    ended = asyncio.Event()

    def end_soon() -> None:
        _exit_after(EXIT_WITHIN_S)
        loop.call_soon_threadsafe(ended.set)

    def take(command: messages.Command) -> None:
        if isinstance(command, messages.Quit):
            end_soon()
        else:
            loop.call_soon_threadsafe(engine.handle, command)

    pipe = Pipe(connection, take, end_soon)
    engine = Engine(pipe.send, picture_blocks)
    engine.start()
    # What has been imported stays; the entry has switched this off.
    gc.freeze()
    gc.enable()
    pipe.start()
    await ended.wait()
    await engine.close()
    pipe.flush(timeout_s=0.5)


def _exit_after(seconds: float) -> None:
    timer = threading.Timer(seconds, os._exit, args=(1,))
    timer.daemon = True
    timer.start()


def _quieten_libraries() -> None:
    """Keep addresses and descriptions, which these log at lower levels, out of any log."""
    for name in ("aiortc", "aioice", "libav"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _log_without_content(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Name the kind of an error only: its text may hold what a stranger has sent."""
    error = context.get("exception")
    log.error("%s: %s", context.get("message"), type(error).__name__ if error else "no exception")
