"""Whole applications on a server whose relay is the only way to each other."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.relay_process import RelayProcess, coturn_is_installed, running_relay
from tests.server_process import ServerProcess, running_server
from tests.whole_application.conftest import Launch
from tests.whole_application.test_meeting import DEADLINE_S, call_of

pytestmark = pytest.mark.skipif(not coturn_is_installed, reason="coturn is not installed")


@pytest.fixture
def relay() -> Iterator[RelayProcess]:
    with running_relay() as running:
        yield running


@pytest.fixture
async def server(relay: RelayProcess, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with running_server("--config", str(relay.server_settings(tmp_path))) as server:
        yield server


async def test_people_meet_through_the_relay_and_hold_out_while_it_is_gone(
    launch: Launch, relay: RelayProcess
):
    ann, bob = await launch("ann", auto_next=True), await launch("bob", auto_next=True)
    for person in (ann, bob):
        await person.do("press", key="F9")
    first = await call_of(ann)
    assert await call_of(bob) == first
    for person in (ann, bob):
        await person.until(
            lambda status: status["situation"]["stranger"]["direct"] is False, DEADLINE_S
        )

    await asyncio.to_thread(relay.stop)
    await ann.do("press", key="F9")
    for person in (ann, bob):
        await person.until(
            lambda status: status["situation"]["relay_problem"] == "unreachable", DEADLINE_S
        )

    with running_relay(port=relay.port):
        second = await call_of(ann)
        assert await call_of(bob) == second != first
        for person in (ann, bob):
            await person.do("stop")
