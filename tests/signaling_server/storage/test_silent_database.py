"""A database that lets everybody connect and never says a word."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from signaling_server.bootstrap import running_server
from signaling_server.config.model import Config
from signaling_server.domain.reports import StoreFailed
from signaling_server.storage import opening
from signaling_server.storage import store as store_module
from signaling_server.storage.opening import StoreWhenNeeded
from signaling_server.storage.store import SqlStore

DEADLINE_S = 20.0


@pytest.fixture
async def silent_postgres(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setattr(store_module, "_CONNECT_WITHIN_S", 0.3)
    monkeypatch.setattr(store_module, "_GIVE_UP_OPENING_AFTER_S", 0.0)
    gone = asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    listening = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield f"postgresql://passerby@127.0.0.1:{port}/passerby"
    gone.set()
    listening.close()


async def test_a_postgres_that_never_answers_is_said(silent_postgres: str):
    with pytest.raises(StoreFailed):
        async with asyncio.timeout(DEADLINE_S):
            await SqlStore.open(silent_postgres)


async def test_whoever_asks_a_silent_database_is_told_before_it_is_given_up(
    silent_postgres: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store_module, "_CONNECT_WITHIN_S", 100.0)
    monkeypatch.setattr(opening, "ANSWERS_WITHIN_S", 0.1)
    monkeypatch.setattr(opening, "_CLOSES_WITHIN_S", 0.1)
    lazy = StoreWhenNeeded(silent_postgres)

    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(StoreFailed, match="does not answer"):
            await lazy.ban_state()
        await lazy.close()


async def test_a_server_starts_and_ends_beside_a_database_that_never_answers(silent_postgres: str):
    config = Config(host=["127.0.0.1"], port=0, metrics_port=0, database=silent_postgres)

    async with asyncio.timeout(DEADLINE_S), running_server(config) as server:
        assert server.urls
