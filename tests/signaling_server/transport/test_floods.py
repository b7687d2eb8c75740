"""Slow-loris, half-open sockets and storms of resets; a pair that talks notices nothing."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol.messages import CallCandidate
from tests.signaling_server.conftest import Meet
from tests.signaling_server.transport.raw_socket import RawSocket
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

HELLO = b'{"type":"session.hello","versions":[1]}'
FEW = 30


@pytest.fixture
def settings() -> dict[str, Any]:
    # As many sockets as one flood opens, so that one that is not counted out shows.
    return {
        "unlimited_addresses": [],
        "address_connections": FEW + 2,
        "address_connects_burst": 10_000,
    }


@pytest.fixture
async def undisturbed_pair(meet: Meet) -> AsyncIterator[None]:
    ann, bob, match, _ = await meet()
    yield
    await ann.send(CallCandidate(match.call, "still here"))
    assert (await bob.receive_later(CallCandidate)).candidate == "still here"


async def connections(server: Server) -> int:
    async with aiohttp.ClientSession() as http, http.get(server.metrics_url) as response:
        text = await response.text()
    return int(float(text.split("\npasserby_connections ")[1].split("\n")[0]))


async def as_many_are_left(server: Server, count: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while await connections(server) > count:
            pass


class TestSlowLoris:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Patience alone, without the limit of an address."""
        return {**settings, "address_connections": 10_000, "hello_timeout_s": 2.0}

    @pytest.mark.usefixtures("undisturbed_pair")
    async def test_it_does_not_last(self, server: Server):
        address = urlsplit(server.urls[0])
        sockets = [
            await asyncio.open_connection(address.hostname, address.port) for _ in range(5 * FEW)
        ]
        async with asyncio.timeout(DEADLINE_S):
            await asyncio.gather(*(self.dribble(*pair) for pair in sockets))
        for _, writer in sockets:
            writer.close()

    @staticmethod
    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One byte at a time, each when the server had time to lose patience over the last."""
        for byte in b"GET /v1/ws HTTP/1.1\r\nHost: x\r\n" * 100:
            try:
                writer.write(bytes([byte]))
                await writer.drain()
                async with asyncio.timeout(0.05):
                    if not await reader.read(1):
                        return
            except TimeoutError:
                continue
            except ConnectionError:
                return
        raise AssertionError("the server has all the time in the world")


class TestHalfOpenSockets:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "ping_interval_s": 0.2, "idle_ping_interval_s": 0.2}

    @pytest.mark.parametrize("said", [None, HELLO])
    async def test_they_are_given_up(self, server: Server, said: bytes | None):
        """Those who have gone without a word answer no ping."""
        sockets = [RawSocket(server.urls[0]) for _ in range(FEW)]
        for end in sockets:
            await end.__aenter__()
            if said is not None:
                end.send(said)

        await as_many_are_left(server, 0)
        for end in sockets:
            await end.__aexit__(None, None, None)


@pytest.mark.usefixtures("undisturbed_pair")
@pytest.mark.parametrize("stage", ["connected", "asked", "upgraded", "greeted", "in a frame"])
async def test_a_storm_of_resets(server: Server, stage: str):
    for _ in range(4):
        await asyncio.gather(*(reset(server, stage) for _ in range(FEW)))
        await as_many_are_left(server, 2)

    async with WireClient(server.urls[0]) as afterwards:
        await afterwards.hello()


async def reset(server: Server, stage: str) -> None:
    """Come as far as this stage and break off without a goodbye (RST)."""
    address = urlsplit(server.urls[0])
    end = socket.socket()
    end.setblocking(False)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    loop = asyncio.get_running_loop()
    await loop.sock_connect(end, (address.hostname, address.port))
    if stage == "asked":
        await loop.sock_sendall(end, b"GET /v1/ws HTTP/1.1\r\nHost: x\r\n")
    elif stage != "connected":
        await loop.sock_sendall(
            end,
            b"GET /v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        )
        await loop.sock_recv(end, 1_000)
    if stage in {"greeted", "in a frame"}:
        await loop.sock_sendall(end, bytes([0x81, 0x80 | len(HELLO)]) + bytes(4) + HELLO)
        await loop.sock_recv(end, 1_000)
    if stage == "in a frame":
        await loop.sock_sendall(end, b"\x81\xfe\x10\x00")
    end.close()
