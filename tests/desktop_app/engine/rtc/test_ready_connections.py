"""Connections that are kept ready, in one loop."""

import asyncio

from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection
from desktop_app.engine.rtc.ready_connections import ReadyConnections
from desktop_app.engine.rtc.relay import Relay
from desktop_app.engine_messages import PrepareConnection, RelayProblem
from signaling_server.protocol.messages import Mode
from tests.desktop_app.engine.scarcity import no_more_files

DEADLINE_S = 20.0
TURNS_OF_A_LOOK = 100


class Kept:
    """Connections for a text call, and which of them were told of."""

    def __init__(self) -> None:
        self.made: asyncio.Queue[Connection] = asyncio.Queue()
        self.no_relay: list[RelayProblem] = []
        self._closing = Closing()
        self.ready = ReadyConnections(
            Relay(),
            lambda connection, _offer: self.made.put_nowait(connection),
            self.no_relay.append,
            self._closing,
        )
        self.ask()

    def ask(self) -> None:
        self.ready.prepare(PrepareConnection(Mode.TEXT))

    async def look(self) -> None:
        self.ready.look_again()
        for _ in range(TURNS_OF_A_LOOK):
            await asyncio.sleep(0)

    async def close(self) -> None:
        await self.ready.close()
        await self._closing.finish(DEADLINE_S)


async def test_a_look_at_the_addresses_that_fails_changes_nothing() -> None:
    kept = Kept()
    async with asyncio.timeout(DEADLINE_S):
        first = await kept.made.get()
        with no_more_files():
            await kept.look()
        kept.ask()
        assert kept.made.get_nowait() is first, "it was taken for stale"
        assert kept.ready.take(first.id) is not None
        assert (await kept.made.get()).id != first.id
        await first.close()
        await kept.close()
    assert not kept.no_relay


async def test_they_are_closed_in_the_moment_when_they_are_looked_at() -> None:
    kept = Kept()
    async with asyncio.timeout(DEADLINE_S):
        await kept.made.get()
        await kept.look()
        kept.ready.look_again()
        await kept.close()
