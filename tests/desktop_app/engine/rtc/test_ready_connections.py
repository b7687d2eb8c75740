"""Connections that are kept ready, in one loop."""

import asyncio

import pytest

from desktop_app.engine.rtc import cures, ready_connections
from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection
from desktop_app.engine.rtc.ready_connections import ReadyConnections
from desktop_app.engine.rtc.relay import Relay
from desktop_app.engine_messages import PrepareConnection, RelayProblem
from signaling_server.protocol.messages import Mode
from tests.desktop_app.engine.scarcity import no_more_files

DEADLINE_S = 20.0
TURNS_OF_A_LOOK = 100


class Kept:
    """Connections for a text call, and which of them were told of."""

    def __init__(self) -> None:
        self.made: asyncio.Queue[Connection] = asyncio.Queue()
        self.no_relay: list[RelayProblem] = []
        self._closing = Closing()
        self.ready = ReadyConnections(
            Relay(),
            lambda connection, _offer: self.made.put_nowait(connection),
            self.no_relay.append,
            self._closing,
        )
        self.ask()

    def ask(self) -> None:
        self.ready.prepare(PrepareConnection(Mode.TEXT))

    async def look(self) -> None:
        self.ready.look_again()
        for _ in range(TURNS_OF_A_LOOK):
            await asyncio.sleep(0)

    async def close(self) -> None:
        await self.ready.close()
        await self._closing.finish(DEADLINE_S)


async def test_a_look_at_the_addresses_that_fails_changes_nothing() -> None:
    kept = Kept()
    async with asyncio.timeout(DEADLINE_S):
        first = await kept.made.get()
        with no_more_files():
            await kept.look()
        kept.ask()
        assert kept.made.get_nowait() is first, "it was taken for stale"
        assert kept.ready.take(first.id) is not None
        assert (await kept.made.get()).id != first.id
        await first.close()
        await kept.close()
    assert not kept.no_relay


async def test_they_are_closed_in_the_moment_when_they_are_looked_at() -> None:
    kept = Kept()
    async with asyncio.timeout(DEADLINE_S):
        await kept.made.get()
        await kept.look()
        kept.ready.look_again()
        await kept.close()


async def test_one_that_has_aged_is_refreshed_and_can_be_taken_for_a_while_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ready_connections, "FRESH_S", 0.0)
    monkeypatch.setattr(ready_connections, "LOOK_S", 0.0)
    kept = Kept()
    async with asyncio.timeout(DEADLINE_S):
        first, second = await kept.made.get(), await kept.made.get()
        assert first.id != second.id
        taken = kept.ready.take(first.id)
        assert taken is not None and taken[0] is first, "a match with it may be on its way"
        assert kept.ready.take(first.id) is None, "it was handed out twice"
        await first.close()
        await kept.close()


async def test_another_one_is_made_when_the_network_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = ("192.0.2.1",)
    monkeypatch.setattr(cures, "local_addresses", lambda: addresses)
    kept = Kept()
    async with asyncio.timeout(DEADLINE_S):
        first = await kept.made.get()
        await kept.look()
        assert kept.made.empty(), "nothing has changed"
        addresses = ("192.0.2.2",)
        kept.ready.look_again()
        assert (await kept.made.get()).id != first.id
        await kept.close()
