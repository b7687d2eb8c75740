"""Nothing that a person leaves behind has to be found by the garbage collector."""

import asyncio
import gc
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from signaling_server.bootstrap import Server
from signaling_server.domain.peer import Call, Peer
from signaling_server.protocol.messages import Bye, CallEnded
from signaling_server.transport.connection import Connection
from signaling_server.transport.conversation import Conversation
from tests.signaling_server.conftest import ManualClock, Meet

DEADLINE_S = 5.0
LONG_S = 1_000.0


@pytest.fixture
def collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    # Of all that the tests before have left, nothing is looked at.
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("collector_off")
async def test_who_goes_leaves_no_cycle_behind(server: Server, clock: ManualClock, meet: Meet):
    for _ in range(3):
        ann, bob, *_ = await meet()
        await ann.next()
        for client in (ann, bob):
            await client.send(Bye())
        await bob.receive_later(CallEnded)

    async with asyncio.timeout(DEADLINE_S):
        while server.lobby.sessions or any(map(is_of_a_person, gc.get_objects())):
            # Alarms that were set for them are still there, and sockets on their way out.
            clock.advance(LONG_S)
            server.pass_time()
            await asyncio.sleep(0)


@pytest.mark.usefixtures("collector_off")
async def test_who_asks_for_a_socket_and_goes_leaves_no_cycle_behind(server: Server):
    address = urlsplit(server.urls[0])
    request = "GET {0.path} HTTP/1.1\r\nHost: {0.netloc}\r\n" + "".join(
        f"{name}\r\n"
        for name in (
            *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
            *("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", ""),
        )
    )
    async with asyncio.timeout(DEADLINE_S):
        for _ in range(3):
            with socket.create_connection((address.hostname, address.port), DEADLINE_S) as visitor:
                await until_visited(True)
                visitor.send(request.format(address).encode())
            await until_visited(False)


async def until_visited(visited: bool) -> None:
    """Return when something of a visit is there, or nothing any more."""
    while any(map(is_of_a_visit, gc.get_objects())) != visited:  # noqa: ASYNC110 - no event says so
        await asyncio.sleep(0)


def is_of_a_visit(thing: object) -> bool:
    return isinstance(thing, web.RequestHandler | web.Request)


def is_of_a_person(thing: object) -> bool:
    return isinstance(thing, Peer | Call | Connection | Conversation)
