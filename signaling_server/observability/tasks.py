"""Tasks that last as long as the server: one that fails is said at once, not when all is over."""

import asyncio
from collections.abc import Coroutine

from signaling_server.observability.logs import logger

log = logger(__name__)


def lasting_task(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Begin a task that its owner cancels, and say so in the log if it fails before."""
    task = asyncio.get_running_loop().create_task(work)
    task.add_done_callback(_say_failure)
    return task


def _say_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the server goes on without one of its tasks", exc_info=error)
