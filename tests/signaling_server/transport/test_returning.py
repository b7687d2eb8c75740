"""A server that stops, and one that comes back without knowing anybody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from signaling_server.domain.tickets import VALID_S, Tickets
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallEnd,
    CallEnded,
    CallId,
    Received,
    SessionError,
)
from signaling_server.protocol.versions import Feature
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.wire_client import WireClient

ANN = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
BOB = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
DEADLINE_S = 10.0


class Deployment:
    """One server after another with the same secret, and clients for the one that runs."""

    def __init__(self, stack: AsyncExitStack, clock: ManualClock, directory: Path) -> None:
        self._stack = stack
        self._clock = clock
        self._directory = directory
        self._running: AsyncExitStack | None = None
        self._clients: list[WireClient] = []
        self.server: Server

    async def start(self, **settings: Any) -> None:
        """Start a server in place of the one before, which everybody loses."""
        for client in self._clients:
            client.drop()
        await self.stop()
        self._running = AsyncExitStack()
        given = {"state_dir": str(self._directory), "metrics_port": 0, **settings}
        config = Config(host=["127.0.0.1"], port=0, **given)
        running = running_server(config, self._clock, Random(7))
        self.server = await self._running.enter_async_context(running)

    async def stop(self) -> None:
        if self._running is not None:
            await self._running.aclose()
            self._running = None

    async def arrive(self, key: Ed25519PrivateKey | None = None, **hello: Any) -> WireClient:
        client = await self._stack.enter_async_context(WireClient(self.server.urls[0]))
        self._clients.append(client)
        await client.hello(key=key, **hello)
        return client

    async def meet(self) -> tuple[WireClient, WireClient, str, str, CallId]:
        """Bring Ann and Bob together; return them, their tickets and the call."""
        ann, bob = await self.arrive(ANN), await self.arrive(BOB)
        await ann.join()
        await bob.join()
        anns, bobs = await ann.matched(), await bob.matched()
        return ann, bob, anns.ticket, bobs.ticket, CallId(anns.call)


@pytest.fixture
async def deployment(clock: ManualClock, tmp_path: Path) -> AsyncIterator[Deployment]:
    async with AsyncExitStack() as clients:
        made = Deployment(clients, clock, tmp_path)
        await made.start()
        yield made
        await clients.aclose()
        await made.stop()


def call_of(client: WireClient) -> str | None:
    assert client.welcome is not None
    return client.welcome.call


async def test_two_in_a_call_find_each_other_on_a_server_that_forgot_them(deployment: Deployment):
    *_, anns, bobs, call = await deployment.meet()
    await deployment.start()

    ann = await deployment.arrive(ANN, ticket=anns, resume="unknown", received=7)
    assert call_of(ann) == call
    assert await ann.receive(CallAway) == CallAway(call)
    bob = await deployment.arrive(BOB, ticket=bobs)

    assert call_of(bob) == call
    assert await ann.receive(CallBack) == CallBack(call)
    await bob.send(CallCandidate(call, "still here"))
    assert (await ann.receive(CallCandidate)).candidate == "still here"
    assert deployment.server.lobby.calls == 1


async def test_who_comes_with_the_ticket_once_more_counts_from_the_beginning(
    deployment: Deployment,
):
    *_, anns, _, call = await deployment.meet()
    await deployment.start()
    # The welcome of the first return is lost with its socket, and the token in it.
    lost = await deployment.arrive(ANN, features=tuple(Feature), ticket=anns)
    await lost.receive(CallAway)
    await lost.send(CallCandidate("no such call", "counted"))
    await lost.refused(ErrorCode.UNKNOWN_CALL)
    await lost.socket.close()

    ann = await deployment.arrive(ANN, features=tuple(Feature), ticket=anns)

    assert ann.welcome is not None
    assert (ann.welcome.call, ann.welcome.resumed, ann.welcome.received) == (call, False, 0)
    await ann.receive(CallAway)
    await ann.send(Received(1))
    await ann.hears_nothing()


async def test_a_stranger_who_brings_no_ticket_is_lost_in_time(
    deployment: Deployment, clock: ManualClock
):
    *_, anns, _, call = await deployment.meet()
    await deployment.start()
    ann = await deployment.arrive(ANN, ticket=anns)
    await ann.receive(CallAway)

    clock.advance(91)
    deployment.server.pass_time()

    assert await ann.receive(CallEnded) == CallEnded(call, CallEnd.LOST)
    assert deployment.server.lobby.calls == 0


async def test_nobody_else_can_use_a_ticket(deployment: Deployment):
    *_, anns, bobs, call = await deployment.meet()
    await deployment.start()
    ann = await deployment.arrive(ANN, ticket=anns)
    await ann.receive(CallAway)

    for ticket, key in ((bobs, None), (bobs, ANN), (anns, ANN), (bobs[:-1] + "x", BOB)):
        thief = await deployment.arrive(key, ticket=ticket)
        assert call_of(thief) is None
    await ann.hears_nothing()
    assert call_of(await deployment.arrive(BOB, ticket=bobs)) == call


async def test_a_ticket_is_worth_nothing_once_its_call_has_ended(deployment: Deployment):
    *_, anns, bobs, _ = await deployment.meet()
    await deployment.start()
    ann = await deployment.arrive(ANN, ticket=anns)
    bob = await deployment.arrive(BOB, ticket=bobs)
    await ann.receive(CallAway)
    await ann.receive(CallBack)
    await ann.next()
    await bob.receive(CallEnded)

    assert call_of(await deployment.arrive(BOB, ticket=bobs)) is None


async def test_a_ticket_is_worth_nothing_where_the_call_began(deployment: Deployment):
    ann, _, anns, _, _ = await deployment.meet()

    assert call_of(await deployment.arrive(ANN, ticket=anns)) is None
    await ann.hears_nothing()


def test_a_ticket_grows_old_and_another_secret_does_not_know_it():
    now = [1_000_000.0]

    def tickets(secret: str) -> Tickets:
        return Tickets(secret, lambda: now[0])

    others, written = tickets("s" * 32).write_both(CallId("call"), "another", "person")
    assert tickets("s" * 32).read(others, "another") == (CallId("call"), 0, False)
    assert tickets("s" * 32).read(written, "person") == (CallId("call"), 1, False)
    assert tickets("t" * 32).read(written, "person") is None
    assert tickets("s" * 32).read(written, "another") is None
    for garbage in (None, "", "...", "a.b.c.d.e", "\u00e9" * 9):
        assert tickets("s" * 32).read(garbage, "person") is None
    now[0] += VALID_S + 1
    assert tickets("s" * 32).read(written, "person") is None


async def test_a_server_that_stops_says_when_and_where_and_relays_on(deployment: Deployment):
    await deployment.start(come_back_to="wss://other.example", drain_s=60.0)
    ann, bob, _, _, call = await deployment.meet()
    draining = asyncio.ensure_future(deployment.server.drain())

    told = [await client.receive(SessionError) for client in (ann, bob)]
    assert {error.code for error in told} == {ErrorCode.SHUTTING_DOWN}
    assert {error.url for error in told} == {"wss://other.example"}
    assert told[0].retry_after_s != told[1].retry_after_s
    await ann.send(CallCandidate(call, "under way"))
    assert (await bob.receive(CallCandidate)).candidate == "under way"
    assert await status_of(deployment, "readyz") == 503
    assert await status_of(deployment, "healthz") == 200
    async with WireClient(deployment.server.urls[0]) as late:
        await late.refused(ErrorCode.SHUTTING_DOWN)
        assert await late.closed() == CloseCode.GOING_AWAY

    for client in (ann, bob):
        await client.socket.close()
    async with asyncio.timeout(DEADLINE_S):
        await draining


async def test_a_server_does_not_wait_for_those_who_stay(deployment: Deployment):
    await deployment.start(drain_s=0.05)
    ann = await deployment.arrive()
    assert await status_of(deployment, "readyz") == 200
    async with asyncio.timeout(DEADLINE_S):
        await deployment.server.drain()
        stopping = asyncio.ensure_future(deployment.stop())
        await ann.refused(ErrorCode.SHUTTING_DOWN)
        assert await ann.closed() == CloseCode.GOING_AWAY
        await stopping


async def status_of(deployment: Deployment, page: str) -> int:
    url = deployment.server.urls[0].replace("ws://", "http://").replace("v1/ws", page)
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status


async def test_nobody_is_told_to_wait_longer_than_a_wait_may_be(deployment: Deployment):
    await deployment.start(drain_s=10 * limits.DELAY_MAX_S)
    ann = await deployment.arrive()
    draining = asyncio.ensure_future(deployment.server.drain())

    assert (await ann.receive(SessionError)).retry_after_s == limits.DELAY_MAX_S

    ann.drop()
    async with asyncio.timeout(DEADLINE_S):
        await draining
