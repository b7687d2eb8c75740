"""Two clients over a way that loses what is under way: everything arrives once and in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.link import Link, LinkProblem
from signaling_server.protocol.codec import encode
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallCandidate,
    CallNext,
    Hello,
    Mode,
    QueueMatched,
    ServerMessage,
    SessionError,
)
from tests.desktop_app.scripted_server import ScriptedServer, scripted_server
from tests.server_process import ServerProcess, running_server

DEADLINE_S = 20.0


class Way:
    """A TCP relay to the server that can swallow what comes, as a dead network does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.StreamWriter] = set()
        self._swallows: set[asyncio.StreamWriter] = set()
        self.url = ""

    def swallow(self) -> None:
        """From now on nothing passes over the connections that stand; nobody notices."""
        self._swallows |= self._open

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {writer, onward}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._copy(reader, onward))
                both.create_task(self._copy(there, writer))
        finally:
            for end in (writer, onward):
                self._open.discard(end)
                end.close()

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            if sink not in self._swallows:
                sink.write(data)
        sink.close()


class Caller:
    """A client and what it hears of its call."""

    def __init__(self, url: str) -> None:
        self.client = SignalingClient(KeyRing())
        self.call = ""
        self.heard: list[str] = []
        self._news = asyncio.Condition()
        self.client.received.connect(self._take)
        self.client.state_changed.connect(lambda _: self._wake())
        self._waking: set[asyncio.Task[None]] = set()
        self.client.connect(url)

    async def sees(self, condition: object) -> None:
        assert callable(condition)
        async with self._news, asyncio.timeout(DEADLINE_S):
            await self._news.wait_for(condition)

    async def is_online(self) -> None:
        await self.sees(lambda: self.client.state.link is Link.ONLINE)

    async def comes_back(self) -> None:
        self.client.reconnect()
        await self.is_online()

    def say(self, text: str) -> None:
        assert self.client.send(CallCandidate(self.call, text))

    def _take(self, message: ServerMessage) -> None:
        if isinstance(message, QueueMatched):
            self.call = message.call
        elif isinstance(message, CallCandidate):
            self.heard.append(message.candidate)
        self._wake()

    def _wake(self) -> None:
        task = asyncio.ensure_future(self._notify())
        self._waking.add(task)
        task.add_done_callback(self._waking.discard)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()


@asynccontextmanager
async def way_to(port: int) -> AsyncIterator[Way]:
    way = Way(port)
    server = await asyncio.start_server(way.carry, "127.0.0.1", 0)
    way.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield way
    server.close()


@pytest.fixture
async def in_call() -> AsyncIterator[tuple[Way, Caller, Caller]]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server())
        way = await stack.enter_async_context(way_to(server.port))
        ann, bob = Caller(way.url), Caller(server.url)
        for caller in (ann, bob):
            stack.push_async_callback(caller.client.close)
            await caller.is_online()
            caller.client.send(CallNext(search=1, mode=Mode.TEXT))
        for caller in (ann, bob):
            await caller.sees(lambda caller=caller: caller.call)
        yield way, ann, bob


async def test_what_a_dying_socket_swallows_arrives_over_the_next_once_and_in_order(
    in_call: tuple[Way, Caller, Caller],
):
    way, ann, bob = in_call
    for turn in range(3):
        ann.say(f"before {turn}")
        bob.say(f"before {turn}")
        way.swallow()
        ann.say(f"into nothing {turn}")
        bob.say(f"into nothing {turn}")
        await ann.comes_back()
        ann.say(f"after {turn}")
        bob.say(f"after {turn}")

    expected = [
        f"{when} {turn}" for turn in range(3) for when in ("before", "into nothing", "after")
    ]
    for caller in (ann, bob):
        await caller.sees(lambda caller=caller: len(caller.heard) >= len(expected))
        assert caller.heard == expected


async def test_a_server_that_stops_is_left_when_it_closes_and_come_back_to_as_it_said():
    async with scripted_server() as elsewhere, scripted_server() as server:
        caller = Caller(server.url)
        await caller.is_online()
        goodbye = SessionError(
            ErrorCode.SHUTTING_DOWN, "the server stops", retry_after_s=0.2, url=elsewhere.url
        )
        await server.say(goodbye)
        server.drop()
        await caller.sees(lambda: caller.client.state.link is Link.WAITING)
        assert caller.client.state.problem is LinkProblem.SHUTTING_DOWN
        await caller.is_online()

        await elsewhere.say(CallCandidate("call", "from elsewhere"))
        await caller.sees(lambda: caller.heard)
        elsewhere.drop()
        await caller.is_online()
        await caller.client.close()


@asynccontextmanager
async def sent_on_to(url: str) -> AsyncIterator[tuple[ScriptedServer, Caller]]:
    """A caller whose server stops and sends it to another address."""
    async with scripted_server() as server:
        caller = Caller(server.url)
        await caller.is_online()
        await server.hears(Hello)
        await server.say(SessionError(ErrorCode.SHUTTING_DOWN, "", retry_after_s=0.0, url=url))
        server.drop()
        yield server, caller
        await caller.client.close()


@pytest.mark.parametrize("code", [ErrorCode.KEY_REFUSED, ErrorCode.VERSION_UNSUPPORTED])
async def test_who_is_refused_where_a_server_has_sent_it_comes_back_to_its_own(code: ErrorCode):
    async with scripted_server() as elsewhere:
        elsewhere.greet = lambda _: [encode(SessionError(code, ""))]
        async with sent_on_to(elsewhere.url) as (server, caller):
            await elsewhere.hears(Hello)
            await server.hears(Hello)
            await caller.is_online()


async def test_a_certificate_that_is_wrong_elsewhere_leads_back_to_ones_own(
    tls_server: ServerProcess,
):
    async with sent_on_to(tls_server.url) as (server, caller):
        await caller.sees(lambda: caller.client.state.problem is LinkProblem.CERTIFICATE)
        await server.hears(Hello)
        await caller.is_online()


async def test_a_ban_holds_elsewhere_too():
    async with scripted_server() as elsewhere:
        elsewhere.greet = lambda _: [encode(SessionError(ErrorCode.BANNED, ""))]
        async with sent_on_to(elsewhere.url) as (_, caller):
            await caller.sees(lambda: caller.client.state.link is Link.REFUSED)


async def test_nobody_is_led_from_an_encrypted_server_to_one_that_is_not():
    client = SignalingClient(KeyRing())
    client._url = "wss://example.org"  # no socket is needed to see what it would do
    assert not client._is_as_safe("ws://127.0.0.1:1")
    assert not client._is_as_safe("no address")
    assert client._is_as_safe("wss://other.example")
