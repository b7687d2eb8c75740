"""What goes through a call's transport: bytes, and how long nothing has come."""

import asyncio
from collections.abc import AsyncIterator, Callable

from desktop_app.engine_messages import MediaHealth

SILENT_AFTER_S = 2.0
LOST_AFTER_S = 30.0
LOOK_S = 0.25


class Traffic:
    """Counts datagrams. Belongs to the loop; the clock is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self.received_bytes = 0
        self.sent_bytes = 0

    def received(self, count: int) -> None:
        self._last = self._clock()
        self.received_bytes += count

    def sent(self, count: int) -> None:
        self.sent_bytes += count

    def silent_for_s(self) -> float:
        return self._clock() - self._last

    async def changes(self) -> AsyncIterator[MediaHealth]:
        """Yield each change between connected and silent; end after LOST_AFTER_S of silence."""
        health = MediaHealth.CONNECTED
        while (silent_s := self.silent_for_s()) < LOST_AFTER_S:
            now = MediaHealth.SILENT if silent_s >= SILENT_AFTER_S else MediaHealth.CONNECTED
            if now is not health:
                health = now
                yield health
            await asyncio.sleep(LOOK_S)
