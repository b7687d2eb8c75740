"""The bans in force: read when they change, enforced at once."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from signaling_server.domain.bans import BanEntry, BanList
from signaling_server.domain.door import Address
from signaling_server.domain.reports import ModerationStore, StoreFailed
from signaling_server.observability.logs import logger
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import Ban

HINT_EVERY_S = 0.1
"""How often it is seen whether somebody else has written to the database."""

log = logger(__name__)


class Banned(ProtocolError):
    """This key or address may not come in."""

    def __init__(self, entry: BanEntry, now: float) -> None:
        wait_s = None if entry.until is None else min(entry.until - now, limits.DELAY_MAX_S)
        super().__init__(ErrorCode.BANNED, f"ban {entry.id} holds", retry_after_s=wait_s)
        most = limits.BAN_WORDS_MAX_CHARACTERS
        self.ban = Ban(entry.reason[:most], entry.until, entry.appeal[:most])


class BanWatch:
    """Holds what the store said last. wall_clock gives unix seconds."""

    def __init__(self, store: ModerationStore, wall_clock: Callable[[], float]) -> None:
        self._store = store
        self._wall_clock = wall_clock
        self._bans = BanList()
        self._state: object = None
        self._news = asyncio.Event()
        self._is_readable = True

    def refuse(self, person: str | None, address: Address) -> None:
        """Raise Banned where a ban holds for this person or address."""
        now = self._wall_clock()
        entry = self._bans.find(person, address, now)
        if entry is not None:
            raise Banned(entry, now)

    def hold_for(self, person: str | None, address: Address | None) -> bool:
        """Whether a ban holds for this person or address; None stands for one not known."""
        return self._bans.find(person, address, self._wall_clock()) is not None

    async def look(self) -> bool:
        """Read the bans if they have changed; returns whether they have.

        While the store cannot be read, the bans known last go on holding.
        """
        try:
            state = await self._store.ban_state()
            changed = state != self._state
            if changed:
                self._bans = BanList(await self._store.bans(self._wall_clock()))
                self._state = state
        except StoreFailed as error:
            if self._is_readable:
                log.warning("the bans cannot be read", cause=str(error))
            self._is_readable = False
            return False
        self._is_readable = True
        return changed

    async def run(self, every_s: float, enforce: Callable[[], None]) -> None:
        """Look every every_s, and as soon as there is a hint, until cancelled; enforce changes."""
        clock = asyncio.get_running_loop().time
        hint, looked_at = self._store.hint(), clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(every_s, HINT_EVERY_S)):
                    await self._news.wait()
            hinted = hint != (hint := self._store.hint()) or self._news.is_set()
            if hinted or clock() - looked_at >= every_s:
                self._news.clear()
                looked_at = clock()
                try:
                    if await self.look():
                        enforce()
                except Exception:
                    # The next ban is to be enforced all the same.
                    log.exception("a change of the bans could not be enforced")

    def look_soon(self) -> None:
        """Somebody says that the bans have changed; `run` looks at once."""
        self._news.set()
