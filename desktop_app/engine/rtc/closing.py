"""Closing connections beside the work that goes on."""

import asyncio
import gc
import logging
from collections.abc import Coroutine
from typing import Any

from desktop_app.core import TaskScope

CLOSE_WITHIN_S = 5.0
"""aiortc waits for its own tasks; a connection that does not come to its end is left."""

COLLECT_AFTER_S = 2.0

log = logging.getLogger(__name__)


class Closing:
    """Owns what is being closed, so that the next call need not wait for the last."""

    def __init__(self) -> None:
        self._scope = TaskScope("closing")
        self._tasks: set[asyncio.Task[None]] = set()
        self._collecting: asyncio.TimerHandle | None = None

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = self._scope.start(self._bounded(work, name), name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, timeout_s: float) -> None:
        """Wait until everything is closed, at most timeout_s, and leave the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        await self._scope.close()

    async def _bounded(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await asyncio.wait_for(work, CLOSE_WITHIN_S)
        except TimeoutError:
            log.warning("%s did not end in %.0f s", name, CLOSE_WITHIN_S)
        self._collect_soon()

    def _collect_soon(self) -> None:
        """Have the garbage of a closed connection found, when the next call has begun.

        It is some 3 MB in a few cycles, too few for Python to look for them before dozens of
        calls have piled up. A look takes 4 ms (call_desk.py keeps the libraries out of it).
        """
        if self._collecting is None:
            loop = asyncio.get_running_loop()
            self._collecting = loop.call_later(COLLECT_AFTER_S, self._collect)

    def _collect(self) -> None:
        self._collecting = None
        gc.collect()
