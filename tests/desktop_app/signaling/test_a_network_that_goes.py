"""Sockets and attempts over a network that swallows everything for a while."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from aiohttp import AddrInfoType

from desktop_app.signaling import client, http, names, opening
from desktop_app.signaling.address import parse_address
from desktop_app.signaling.link import Link
from desktop_app.signaling.names import Names
from desktop_app.signaling.proxy import no_proxy
from tests.desktop_app.scripted_server import ScriptedServer
from tests.desktop_app.signaling.watcher import DEADLINE_S, Watcher


class Gate:
    """Stands before a server; while shut, it swallows what comes, and new attempts hang."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.arrivals: asyncio.Queue[None] = asyncio.Queue()
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        was_open = self.is_open.is_set()
        self.arrivals.put_nowait(None)
        if was_open:
            to, back = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(self._pass(reader, back), self._pass(to, writer))
        else:
            await reader.read()
        writer.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(4_096):
            if self.is_open.is_set():
                target.write(data)
        target.close()


@pytest.fixture
async def gate(script: ScriptedServer) -> AsyncIterator[Gate]:
    gate = Gate(int(script.url.rsplit(":", 1)[1]))
    server = await asyncio.start_server(gate.serve, "127.0.0.1", 0)
    gate.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield gate
    server.close()


async def test_a_socket_that_still_answers_is_kept(watcher: Watcher, script: ScriptedServer):
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)
    watcher.client.addresses_changed()
    assert watcher.client._verifying is not None
    await watcher.client._verifying

    assert watcher.client.state.link is Link.ONLINE
    assert len(watcher.welcomes) == 1


async def test_a_dead_socket_is_replaced_and_an_attempt_that_hangs_holds_nobody_up(
    watcher: Watcher, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "VERIFY_WITHIN_S", 0.1)
    monkeypatch.setattr(opening, "ANOTHER_AFTER_S", 0.1)
    watcher.client.connect(gate.url)
    await watcher.sees(Link.ONLINE)
    gate.is_open.clear()
    watcher.client.verify()
    async with asyncio.timeout(DEADLINE_S):
        for _ in range(3):
            await gate.arrivals.get()
    gate.is_open.set()

    await watcher.sees(Link.ONLINE)


async def test_a_socket_that_died_with_an_address_is_not_waited_for_as_long_as_a_slow_one(
    watcher: Watcher, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "VERIFY_WITHIN_S", 10 * DEADLINE_S)
    monkeypatch.setattr(client, "VERIFY_MOVED_WITHIN_S", 0.1)
    watcher.client.connect(gate.url)
    await watcher.sees(Link.ONLINE)
    await gate.arrivals.get()
    gate.is_open.clear()
    watcher.client.addresses_changed()
    async with asyncio.timeout(DEADLINE_S):
        await gate.arrivals.get()
    gate.is_open.set()

    await watcher.sees(Link.ONLINE)


async def test_a_change_of_addresses_shortens_a_verification_under_way(
    watcher: Watcher, gate: Gate, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "VERIFY_WITHIN_S", 10 * DEADLINE_S)
    monkeypatch.setattr(client, "VERIFY_MOVED_WITHIN_S", 0.1)
    watcher.client.connect(gate.url)
    await watcher.sees(Link.ONLINE)
    await gate.arrivals.get()
    gate.is_open.clear()
    watcher.client.verify()
    watcher.client.addresses_changed()
    watcher.client.verify()  # which does not prolong it
    async with asyncio.timeout(DEADLINE_S):
        await gate.arrivals.get()
    gate.is_open.set()

    await watcher.sees(Link.ONLINE)


async def test_attempts_that_reach_nobody_make_room_for_newer_ones(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(opening, "ANOTHER_AFTER_S", 0.05)
    made: asyncio.Queue[socket.socket] = asyncio.Queue()
    open_one = http._open_socket

    def note(address: AddrInfoType) -> socket.socket:
        opened = open_one(address)
        made.put_nowait(opened)
        return opened

    monkeypatch.setattr(http, "_open_socket", note)
    with full_listener() as port:
        address = parse_address(f"ws://127.0.0.1:{port}")
        times = aiohttp.ClientTimeout(total=None)
        async with await http.open_http(address, no_proxy, times) as session:
            opens = asyncio.create_task(opening.open_socket(session, address, None))
            async with asyncio.timeout(DEADLINE_S):
                sockets = [await made.get() for _ in range(3 * opening.ATTEMPTS_MAX)]
            kept = [opened for opened in sockets if opened.fileno() >= 0]
            opens.cancel()
            await asyncio.wait({opens})

    assert kept[0] is sockets[0], "the first has all its time"
    assert len(kept) <= opening.ATTEMPTS_MAX


@contextlib.contextmanager
def full_listener() -> Iterator[int]:
    """Yield a port at which the system drops what would begin a connection."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


async def test_a_name_that_nobody_answers_for_is_what_it_was(monkeypatch: pytest.MonkeyPatch):
    found = [{"hostname": "h", "host": "192.0.2.1", "port": 1, "family": socket.AF_INET}]
    never = asyncio.Event()
    asked: list[str] = []

    async def ask(host: str, port: int, family: object) -> list[dict[str, object]]:
        asked.append(host)
        if len(asked) > 1:
            await never.wait()
        return found

    monkeypatch.setattr(names, "_ask", ask)
    monkeypatch.setattr(names, "WITHIN_S", 0.01)
    resolver = Names()
    for _ in range(3):
        assert await resolver.resolve("h", 1) == found
    assert asked == ["h", "h"], "one question at a time"
    await resolver.close()


async def test_a_name_that_is_not_known_is_an_error(monkeypatch: pytest.MonkeyPatch):
    async def ask(host: str, port: int, family: object) -> list[object]:
        return []

    monkeypatch.setattr(names, "_ask", ask)
    resolver = Names()
    with pytest.raises(OSError, match="nobody"):
        await resolver.resolve("nobody", 1)
    await resolver.close()
