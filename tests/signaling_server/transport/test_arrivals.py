"""Connections that are no WebSocket yet: one address cannot take the place of the others."""

import asyncio
import socket
import ssl
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config, ProxyHeader
from tests.server_process import running_server as running_process
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

PLACES = 5
HERE, THERE = "127.0.0.1", "127.0.0.2"


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"unlimited_addresses": [], "address_connections": PLACES, "hello_timeout_s": DEADLINE_S}


async def silent(server: Server, stack: AsyncExitStack) -> asyncio.StreamReader:
    """Connect and say nothing."""
    address = urlsplit(server.urls[0])
    reader, writer = await asyncio.open_connection(
        address.hostname, address.port, local_addr=(HERE, 0)
    )
    stack.callback(writer.transport.abort)
    return reader


async def is_dropped(reader: asyncio.StreamReader) -> bool:
    """Whether the server ends a connection that has said nothing, long before its time."""
    try:
        async with asyncio.timeout(DEADLINE_S / 2):
            return not await reader.read(1)
    except ConnectionError:
        return True


async def greet_from(host: str, server: Server, **connect: Any) -> None:
    connector = aiohttp.TCPConnector(local_addr=(host, 0))
    async with WireClient(server.urls[0], connector, **connect) as client:
        await client.hello()


async def test_who_went_while_it_waited_is_not_answered(
    server: Server, monkeypatch: pytest.MonkeyPatch
):
    answered: list[web.RequestHandler] = []
    answer = web.RequestHandler.connection_made

    def note(handler: web.RequestHandler, transport: asyncio.BaseTransport) -> None:
        answered.append(handler)
        answer(handler, transport)

    monkeypatch.setattr(web.RequestHandler, "connection_made", note)
    address = urlsplit(server.urls[0])
    for _ in range(3):
        # The server is on this thread, and waits.
        socket.create_connection((address.hostname, address.port), DEADLINE_S).close()

    await greet_from(HERE, server)

    assert len(answered) == 1


async def test_one_address_may_have_so_many_on_their_way(server: Server):
    async with AsyncExitStack() as stack:
        for _ in range(PLACES):
            await silent(server, stack)

        assert await is_dropped(await silent(server, stack))
        await greet_from(THERE, server)
    async with asyncio.timeout(DEADLINE_S):
        await greet_from(HERE, server)


async def test_nor_may_it_behind_tls_where_nobody_shakes_hands(
    certificate: tuple[Path, Path], settings: dict[str, Any]
):
    cert, key = map(str, certificate)
    config = Config(host=[HERE], port=0, metrics_port=0, tls_cert=cert, tls_key=key, **settings)
    trusting = ssl.create_default_context(cafile=cert)
    trusting.check_hostname = False
    async with running_server(config) as server, AsyncExitStack() as stack:
        for _ in range(PLACES):
            await silent(server, stack)

        assert await is_dropped(await silent(server, stack))
        await greet_from(THERE, server, ssl=trusting)


async def test_who_fails_at_tls_leaves_its_place_at_once(
    certificate: tuple[Path, Path], settings: dict[str, Any]
):
    cert, key = map(str, certificate)
    config = Config(host=[HERE], port=0, metrics_port=0, tls_cert=cert, tls_key=key, **settings)
    trusting = ssl.create_default_context(cafile=cert)
    async with running_server(config) as server:
        for said in [b"GET / HTTP/1.1\r\n\r\n", b""] * PLACES:
            await fail(server, said)

        await come_in(server, ssl=trusting)


async def test_who_says_no_proxy_header_leaves_its_place_at_once(settings: dict[str, Any]):
    config = Config(
        host=[HERE],
        port=0,
        metrics_port=0,
        max_connections=PLACES,
        trusted_proxies=[HERE],
        proxy_header=ProxyHeader.PROXY_PROTOCOL,
        **settings,
    )
    async with running_server(config) as server:
        for said in [b"GET / HTTP/1.1\r\n\r\n", b"PROXY "] * PLACES:
            await fail(server, said)

        address = urlsplit(server.urls[0])
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\n")
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(DEADLINE_S / 2):
            assert b" 200 " in await reader.readline()
        writer.transport.abort()


async def fail(server: Server, said: bytes) -> None:
    """Connect, say what nobody asked for and no more, and wait for the server to end it."""
    address = urlsplit(server.urls[0])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(said)
    writer.write_eof()
    try:
        async with asyncio.timeout(DEADLINE_S / 2):
            await reader.read()
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


async def come_in(server: Server, **connect: Any) -> None:
    async with asyncio.timeout(DEADLINE_S / 2), WireClient(server.urls[0], **connect) as client:
        await client.hello()


async def test_many_come_in_behind_tls_at_a_server_as_it_runs(certificate: tuple[Path, Path]):
    """With uvloop, whose sockets read from the first moment on."""
    cert, key = map(str, certificate)
    trusting = ssl.create_default_context(cafile=cert)
    async with (
        running_process("--tls-cert", cert, "--tls-key", key) as server,
        AsyncExitStack() as stack,
    ):
        for _ in range(20):
            client = WireClient(f"{server.url}/v1/ws", ssl=trusting)
            await (await stack.enter_async_context(client)).hello()


async def test_a_connection_asks_for_one_page(server: Server):
    address = urlsplit(server.urls[0])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 3)

    async with asyncio.timeout(DEADLINE_S):
        answer = await reader.read()
    assert answer.count(b"HTTP/1.1 200") == 1
    writer.close()
