"""How many are online, as everybody is told."""

from typing import Any

import pytest

from signaling_server.protocol.messages import SessionOnline
from tests.signaling_server.conftest import Arrive


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"online_interval_s": 0.05}


async def test_who_stays_is_told_that_others_come_and_go(arrive: Arrive):
    ann = await arrive()
    assert (await ann.receive(SessionOnline)).online == 1
    bob = await arrive()
    assert (await ann.receive(SessionOnline)).online == 2

    await bob.socket.close()

    assert (await ann.receive(SessionOnline)).online == 1
