"""Connections kept ready, with their offers set and all candidates gathered."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from desktop_app.core import TaskScope
from desktop_app.engine.rtc import cures
from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.relay import NoRelay, Relay
from desktop_app.engine_messages import PrepareConnection, RelayProblem
from signaling_server.protocol.messages import IceServer

log = logging.getLogger(__name__)

FRESH_S = 60.0
"""A gathered address may have lost its binding in a router after that."""
LOOK_S = 3.0
"""How often the relay is asked whether it still answers."""
SUPERSEDED_MAX = 3
SUPERSEDED_S = 15.0
"""A match with the older description may be on its way so long."""
AFTER_USE_S = 0.5
"""The call that has just begun goes first, until it shows something."""
RETRY_S = 2.0
RETRY_RELAY_S = 5.0


@dataclass
class _Kept:
    connection: Connection
    until: float


class ReadyConnections:
    """Keeps one connection ready for the wanted mode. Belongs to the loop.

    on_ready is called with each fresh connection and its offer, on_no_relay each time when the
    relay, which alone was to be used, could not be.
    """

    def __init__(
        self,
        relay: Relay,
        on_ready: Callable[[Connection, str], None],
        on_no_relay: Callable[[RelayProblem], None],
        closing: Closing,
    ) -> None:
        self._relay = relay
        self._on_ready = on_ready
        self._on_no_relay = on_no_relay
        self._closing = closing
        self._tasks = TaskScope("ready-connections")
        self._wanted: PrepareConnection | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready: Connection | None = None
        self._superseded: deque[_Kept] = deque()
        self._offers: dict[str, str] = {}
        self._woken = asyncio.Event()
        """What is ready was used, or may have become stale."""
        self._asked_again = asyncio.Event()

    def prepare(self, wanted: PrepareConnection) -> None:
        """Keep a connection ready for this; another wish throws away what is there.

        The same wish again, be it with other credentials, is answered with what is ready
        already: an allocation on a relay outlives the credentials that it was made with.
        """
        older, self._wanted = self._wanted, wanted
        same = older is not None and _without_credentials(older) == _without_credentials(wanted)
        if same and self._keeper is not None and not self._keeper.done():
            self._asked_again.set()
            if self._ready is not None:
                self._on_ready(self._ready, self._offers[self._ready.id])
            return
        if self._keeper is not None:
            self._keeper.cancel()
        self._retire(0.0)
        self._drop_superseded(everything=True)
        self._keeper = self._tasks.start(self._keep(), "keep")

    def take(self, id: str) -> tuple[Connection, str] | None:
        """Hand over a ready connection and its offer; a fresh one will be made."""
        if self._ready is not None and self._ready.id == id:
            connection, self._ready = self._ready, None
            self._woken.set()
            return connection, self._offers.pop(id)
        for kept in self._superseded:
            if kept.connection.id == id:
                self._superseded.remove(kept)
                return kept.connection, self._offers.pop(id)
        return None

    def look_again(self) -> None:
        """The addresses of this machine have changed: what is ready is stale, what failed may work."""
        self._woken.set()
        self._asked_again.set()

    async def close(self) -> None:
        await self._tasks.close()
        self._retire(0.0)
        self._drop_superseded(everything=True)

    async def _keep(self) -> None:
        while True:
            if self._relay.only and not self._relay.is_known:
                return
            addresses = cures.local_addresses()
            if not await self._make_ready():
                continue
            await self._until_used_or_stale(addresses)
            if self._ready is None:
                await asyncio.sleep(AFTER_USE_S)
            self._retire(SUPERSEDED_S)

    async def _make_ready(self) -> bool:
        """Make a connection ready; False after a pause when that was not possible."""
        assert self._wanted is not None
        wanted = self._wanted
        self._asked_again.clear()
        try:
            connection = Connection(
                kinds_of(wanted.mode), wanted.ice_servers, relay=self._relay, music=wanted.music
            )
        except Exception as error:
            log.warning("no connection could be made: %s", type(error).__name__)
            await self._pause(RETRY_S)
            return False
        try:
            offer = await connection.make_offer()
            connection.prepare_handshake()
        except asyncio.CancelledError:
            self._close(connection)
            raise
        except NoRelay as error:
            log.warning("no connection could be made ready: no relay: %s", error)
            self._close(connection)
            self._on_no_relay(error.problem)
            await self._pause(RETRY_RELAY_S)
            return False
        except Exception as error:
            # Whatever a network can do to gathering: try again, do not fall silent.
            log.warning("no connection could be made ready: %s", type(error).__name__)
            self._close(connection)
            await self._pause(RETRY_S)
            return False
        self._woken.clear()
        self._ready = connection
        self._offers[connection.id] = offer
        self._on_ready(connection, offer)
        return True

    async def _pause(self, duration_s: float) -> None:
        """Wait before the next try, but not when there are new credentials."""
        await _within(duration_s, self._asked_again)

    async def _until_used_or_stale(self, addresses: tuple[str, ...] | None) -> None:
        loop = asyncio.get_running_loop()
        stale_at = loop.time() + FRESH_S
        while loop.time() < stale_at and cures.local_addresses() in (addresses, None):
            self._drop_superseded()
            await _within(LOOK_S, self._woken)
            self._woken.clear()
            if self._ready is None:
                return
            ready = self._ready
            if not await cures.still_answers(ready.peer) and self._ready is ready:
                log.warning("the relay has gone")
                # Or this machine was too busy to hear it: a match may be on its way all the same.
                self._retire(SUPERSEDED_S)
                return

    def _retire(self, keep_s: float) -> None:
        connection, self._ready = self._ready, None
        if connection is not None:
            until = asyncio.get_running_loop().time() + keep_s
            self._superseded.append(_Kept(connection, until))
        self._drop_superseded()

    def _drop_superseded(self, everything: bool = False) -> None:
        now = asyncio.get_running_loop().time()
        for kept in tuple(self._superseded):
            crowded = len(self._superseded) > SUPERSEDED_MAX
            if everything or crowded or kept.until <= now:
                self._superseded.remove(kept)
                self._offers.pop(kept.connection.id, None)
                self._close(kept.connection)

    def _close(self, connection: Connection) -> None:
        self._closing.start(connection.close(), "close")


async def _within(duration_s: float, event: asyncio.Event) -> None:
    """Wait for an event, so long at most.

    Not with wait_for, which before Python 3.12 passes over a cancellation that comes with the
    event: what is cancelled would go on for ever.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(duration_s):
            await event.wait()


def _without_credentials(wanted: PrepareConnection) -> PrepareConnection:
    servers = [IceServer(urls=server.urls) for server in wanted.ice_servers]
    return msgspec.structs.replace(wanted, ice_servers=servers)
