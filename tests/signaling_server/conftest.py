"""Servers on a free port of this machine, with a clock moved by hand, and clients for them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from random import Random
from typing import Any

import pytest

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from signaling_server.protocol.messages import Mode, QueueMatched
from tests.signaling_server.wire_client import WireClient

Arrive = Callable[..., Awaitable[WireClient]]
Meet = Callable[..., Awaitable[tuple[WireClient, WireClient, QueueMatched, QueueMatched]]]


class ManualClock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings of the server; a test module overrides this fixture for others."""
    return {}


@pytest.fixture
async def server(clock: ManualClock, settings: dict[str, Any]) -> AsyncIterator[Server]:
    config = Config(**{"host": ["127.0.0.1"], "port": 0, "metrics_port": 0, **settings})
    async with running_server(config, clock, Random(7)) as running:
        yield running


@pytest.fixture
async def arrive(server: Server) -> AsyncIterator[Arrive]:
    """Connect a client that has said hello; all are disconnected after the test."""
    async with AsyncExitStack() as clients:

        async def connect(**hello: Any) -> WireClient:
            client = await clients.enter_async_context(WireClient(server.urls[0]))
            await client.hello(**hello)
            return client

        yield connect


@pytest.fixture
async def meet(arrive: Arrive) -> Meet:
    """Bring two new clients together in a call."""

    async def connect(
        mode: Mode = Mode.VIDEO, **hello: Any
    ) -> tuple[WireClient, WireClient, QueueMatched, QueueMatched]:
        ann, bob = await arrive(**hello), await arrive(**hello)
        await ann.join(mode)
        await bob.join(mode)
        return ann, bob, await ann.matched(), await bob.matched()

    return connect
