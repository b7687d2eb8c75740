"""Connections that are kept ready, in one loop."""

import asyncio

from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection
from desktop_app.engine.rtc.ready_connections import ReadyConnections
from desktop_app.engine.rtc.relay import Relay
from desktop_app.engine_messages import PrepareConnection, RelayProblem
from signaling_server.protocol.messages import Mode
from tests.desktop_app.engine.scarcity import no_more_files

TURNS_OF_A_LOOK = 100


async def test_a_look_at_the_addresses_that_fails_ends_nothing() -> None:
    made: asyncio.Queue[Connection] = asyncio.Queue()
    no_relay: list[RelayProblem] = []
    closing = Closing()
    ready = ReadyConnections(
        Relay(), lambda connection, _offer: made.put_nowait(connection), no_relay.append, closing
    )
    ready.prepare(PrepareConnection(Mode.TEXT))
    async with asyncio.timeout(20):
        first = await made.get()
        with no_more_files():
            ready.look_again()
            for _ in range(TURNS_OF_A_LOOK):
                await asyncio.sleep(0)
        assert ready.take(first.id) is not None
        assert (await made.get()).id != first.id
    assert not no_relay
    await first.close()
    await ready.close()
    await closing.finish(5)
