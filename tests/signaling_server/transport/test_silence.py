"""A peer whose socket says nothing any more, though nobody has closed it."""

from typing import Any

import pytest

from signaling_server.protocol.messages import CallAway
from tests.signaling_server.conftest import Meet


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"ping_interval_s": 1.0}


async def test_a_peer_that_answers_no_ping_is_away_and_has_not_closed_anything(meet: Meet):
    _silent, bob, match, _ = await meet()  # aiohttp answers pings while it is read from only

    assert await bob.receive(CallAway) == CallAway(match.call, closed=False)
