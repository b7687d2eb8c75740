"""The client end of the socket against real servers, and against things that are none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from desktop_app.session.server_check import check_server
from desktop_app.signaling.link import Link, LinkProblem
from tests.desktop_app.signaling.watcher import Watcher
from tests.server_process import ServerProcess, running_server, start_server


async def test_a_session_is_resumed_after_a_dropped_socket(watcher: Watcher):
    async with running_server() as server:
        watcher.client.connect(server.url)
        await watcher.sees(Link.ONLINE)
        watcher.client.reconnect()
        await watcher.sees(Link.ONLINE)

    first, second = watcher.welcomes
    assert second.resumed
    assert second.session == first.session


async def test_another_server_starts_another_session(watcher: Watcher):
    async with running_server() as here, running_server() as there:
        watcher.client.connect(here.url)
        await watcher.sees(Link.ONLINE)
        watcher.client.connect(there.url)
        await watcher.sees(Link.ONLINE)

    assert not watcher.welcomes[-1].resumed


async def test_a_server_that_comes_back_is_found_again(watcher: Watcher):
    server = await start_server()
    watcher.client.connect(server.url)
    await watcher.sees(Link.ONLINE)
    await server.stop()
    state = await watcher.sees(Link.WAITING)
    assert state.problem in {LinkProblem.SHUTTING_DOWN, LinkProblem.LOST}
    assert state.retry_at is not None

    again = await start_server(port=server.port)
    await watcher.sees(Link.ONLINE)
    await again.stop()


async def test_nobody_at_the_address_is_tried_again(watcher: Watcher, unused_tcp_port: int):
    watcher.client.connect(f"ws://127.0.0.1:{unused_tcp_port}")

    assert (await watcher.sees(Link.WAITING)).problem is LinkProblem.UNREACHABLE


async def test_a_plain_connection_to_a_public_address_is_refused(watcher: Watcher):
    watcher.client.connect("ws://8.8.8.8:1")

    assert (await watcher.sees(Link.REFUSED)).problem is LinkProblem.PLAIN_REFUSED


async def test_what_is_no_address_is_said(watcher: Watcher):
    watcher.client.connect("ftp://example.org")

    assert (await watcher.sees(Link.REFUSED)).problem is LinkProblem.BAD_ADDRESS


async def let_read() -> None:
    """Let whoever shares this loop read what has been written so far."""
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def something_that_answers(*pieces: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await let_read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"HTTP/1.1 404 No\r\n\r\n"]
)
async def test_another_kind_of_server_is_told_apart(watcher: Watcher, answer: bytes):
    async with something_that_answers(answer) as url:
        watcher.client.connect(url)
        assert (await watcher.sees(Link.WAITING)).problem is LinkProblem.NO_SUCH_SERVER
        assert (await check_server(url)).problem is LinkProblem.NO_SUCH_SERVER


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (429, LinkProblem.TOO_FAST),
        (502, LinkProblem.UNREACHABLE),
        (503, LinkProblem.UNREACHABLE),
        (504, LinkProblem.UNREACHABLE),
        (599, LinkProblem.NO_SUCH_SERVER),
    ],
)
async def test_what_a_proxy_says_of_a_server_that_is_not_there_is_told_apart(
    watcher: Watcher, status: int, problem: LinkProblem
):
    answer = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()
    async with something_that_answers(answer) as url:
        watcher.client.connect(url)
        assert (await watcher.sees(Link.WAITING)).problem is problem
        assert (await check_server(url)).problem is problem


async def test_a_check_reads_an_answer_that_comes_in_pieces():
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    async with something_that_answers(head, b'{"online": 12, ', b'"versions": [1]}') as url:
        check = await check_server(url)

    assert (check.ok, check.online) == (True, 12)


async def test_garbage_instead_of_http_is_survived(watcher: Watcher):
    async with something_that_answers(b"\xff\x00 garbage \r\n\r\n") as url:
        watcher.client.connect(url)
        assert (await watcher.sees(Link.WAITING)).problem in {
            LinkProblem.UNREACHABLE,
            LinkProblem.NO_SUCH_SERVER,
        }


async def test_a_certificate_nobody_vouches_for_is_refused(
    watcher: Watcher, tls_server: ServerProcess
):
    watcher.client.connect(tls_server.url)

    assert (await watcher.sees(Link.REFUSED)).problem is LinkProblem.CERTIFICATE
    assert (await check_server(tls_server.url)).problem is LinkProblem.CERTIFICATE


async def test_a_check_tells_how_many_are_online(watcher: Watcher):
    async with running_server() as server:
        watcher.client.connect(server.url)
        await watcher.sees(Link.ONLINE)

        check = await check_server(server.url.removeprefix("ws://"))
        assert not check.ok or check.online == 1
        check = await check_server(server.url)

    assert (check.ok, check.online) == (True, 1)


async def test_a_check_of_nobody_says_so(unused_tcp_port: int):
    check = await check_server(f"ws://127.0.0.1:{unused_tcp_port}")

    assert (check.ok, check.problem) == (False, LinkProblem.UNREACHABLE)
