"""What the server has to say to all of many is not said in one moment."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol.messages import SessionOnline
from signaling_server.transport import online_news
from tests.signaling_server.conftest import Arrive
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

INTERVAL_S = 1.0


@pytest.fixture
def settings() -> dict[str, Any]:
    return {
        "online_interval_s": INTERVAL_S,
        "ping_interval_s": INTERVAL_S,
        "idle_ping_interval_s": INTERVAL_S,
    }


async def test_how_many_are_online_is_told_to_one_after_the_other(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(online_news, "AT_ONCE", 1)
    people = [await arrive() for _ in range(5)]

    async def told_at(client: WireClient) -> float:
        while (await client.receive(SessionOnline)).online < len(people):
            pass
        return time.monotonic()

    times = await asyncio.gather(*map(told_at, people))

    assert max(times) - min(times) > online_news.SPREAD * INTERVAL_S / 2


async def test_those_who_came_in_one_moment_are_not_pinged_in_one(server: Server):
    async def pinged_at(socket: aiohttp.ClientWebSocketResponse) -> float:
        async with asyncio.timeout(DEADLINE_S):
            while (await socket.receive()).type is not aiohttp.WSMsgType.PING:
                pass
        return time.monotonic()

    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        coming = [session.ws_connect(server.urls[0], autoping=False) for _ in range(12)]
        sockets = [await stack.enter_async_context(connecting) for connecting in coming]
        times = await asyncio.gather(*map(pinged_at, sockets))

    assert max(times) - min(times) > INTERVAL_S / 10
