"""Whether this machine's network addresses change; no system tells it in a way that all share."""

import asyncio
from collections.abc import Callable

from desktop_app.core import TaskScope
from desktop_app.engine.rtc import cures

LOOK_S = 0.5
"""A look takes half a millisecond."""


class AddressWatch:
    """Calls on_changed(addresses) after each change. Belongs to the loop.

    look returns None when the system cannot tell, which is no change.
    """

    def __init__(
        self,
        on_changed: Callable[[tuple[str, ...]], None],
        look: Callable[[], tuple[str, ...] | None] = cures.local_addresses,
        every_s: float = LOOK_S,
    ) -> None:
        self._on_changed = on_changed
        self._look = look
        self._every_s = every_s
        self._tasks = TaskScope("addresses")
        self._tasks.start(self._watch(), "watch")

    async def close(self) -> None:
        await self._tasks.close()

    async def _watch(self) -> None:
        known = self._look()
        while True:
            await asyncio.sleep(self._every_s)
            addresses = self._look()
            if addresses is None or addresses == known:
                continue
            if known is not None:
                self._on_changed(addresses)
            known = addresses
