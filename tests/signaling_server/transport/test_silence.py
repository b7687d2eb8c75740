"""A client that says nothing: who is asked whether it is there, and what follows without answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol.codec import decode_server, encode
from signaling_server.protocol.messages import (
    CallAway,
    Hello,
    Message,
    Mode,
    QueueJoin,
    QueueLeave,
    QueueLeft,
    QueueMatched,
    ServerMessage,
    Welcome,
)
from signaling_server.protocol.versions import VERSIONS
from tests.signaling_server.conftest import Meet
from tests.signaling_server.transport.raw_socket import PING, PONG, TEXT, RawSocket
from tests.signaling_server.wire_client import DEADLINE_S

HELLO = Hello(list(VERSIONS), [])


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"ping_interval_s": 1.0, "hello_timeout_s": 600.0, "idle_ping_interval_s": 600.0}


async def test_a_peer_that_answers_no_ping_is_away_and_has_not_closed_anything(meet: Meet):
    _silent, bob, match, _ = await meet()  # aiohttp answers pings while it is read from only

    assert await bob.receive(CallAway) == CallAway(match.call, closed=False)


class Pinged:
    """A client that answers pings, and counts them."""

    def __init__(self, socket: RawSocket) -> None:
        self._socket = socket
        self.pings = 0
        self._pinged = asyncio.Event()
        self._heard: asyncio.Queue[ServerMessage] = asyncio.Queue()

    def say(self, *messages: Message) -> None:
        for message in messages:
            self._socket.send(encode(message).encode())

    async def hear(self, kind: type[Message]) -> None:
        """Wait until it is told this."""
        async with asyncio.timeout(DEADLINE_S):
            while type(await self._heard.get()) is not kind:
                pass

    async def hear_pings(self, count: int) -> None:
        """Wait until it has been pinged so often from now on."""
        async with asyncio.timeout(DEADLINE_S):
            for _ in range(count):
                self._pinged.clear()
                await self._pinged.wait()

    async def read(self) -> None:
        while True:
            opcode, payload = await self._socket.receive()
            if opcode == PING:
                self.pings += 1
                self._pinged.set()
                self._socket.send(payload, PONG)
            elif opcode == TEXT:
                self._heard.put_nowait(decode_server(payload))


@asynccontextmanager
async def pinged(server: Server) -> AsyncIterator[Pinged]:
    async with RawSocket(server.urls[0]) as socket:
        client = Pinged(socket)
        reading = asyncio.ensure_future(client.read())
        try:
            yield client
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


async def test_who_is_awaited_is_pinged_more_often_than_who_neither_searches_nor_talks(
    server: Server,
):
    async with AsyncExitStack() as stack:
        names = ("without hello", "idle", "left", "searching", "talking", "stranger")
        people = {name: await stack.enter_async_context(pinged(server)) for name in names}
        for name, client in people.items():
            if name != "without hello":
                client.say(HELLO)
                await client.hear(Welcome)
        people["left"].say(QueueJoin(search=1, mode=Mode.TEXT), QueueLeave())
        await people["left"].hear(QueueLeft)
        people["searching"].say(QueueJoin(search=1, mode=Mode.TEXT))
        for name in ("talking", "stranger"):
            people[name].say(QueueJoin(search=1, mode=Mode.VOICE))
        for name in ("talking", "stranger"):
            await people[name].hear(QueueMatched)
        for client in people.values():
            client.pings = 0

        await people["searching"].hear_pings(3)

        asked = {name for name, client in people.items() if client.pings}
        assert asked == {"without hello", "searching", "talking", "stranger"}
