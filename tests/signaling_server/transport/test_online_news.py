"""How many are online, as everybody is told."""

import asyncio
from typing import Any

import pytest

from signaling_server.protocol.messages import Bye, SessionOnline
from tests.signaling_server.conftest import Arrive
from tests.signaling_server.wire_client import DEADLINE_S


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"online_interval_s": 0.1}


async def test_who_stays_is_told_that_others_come_and_go(arrive: Arrive):
    ann = await arrive()
    assert (await ann.receive(SessionOnline)).online == 1
    bob = await arrive()
    assert (await ann.receive(SessionOnline)).online == 2

    await bob.socket.close()

    assert (await ann.receive(SessionOnline)).online == 1


async def test_who_was_welcomed_meanwhile_is_told_that_it_is_as_before(arrive: Arrive):
    ann = await arrive()
    assert (await ann.receive(SessionOnline)).online == 1
    bob = await arrive()
    assert bob.welcome is not None and bob.welcome.online == 2

    # Before the next news, as which nothing has changed since the last.
    await ann.send(Bye())

    async with asyncio.timeout(DEADLINE_S):
        while (await bob.receive(SessionOnline)).online != 1:
            pass
