"""The engine process as the interface sees it, over engines that behave in every way."""

import asyncio
import errno
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory

import pytest

from desktop_app.engine_messages import Event, Level, Stream
from desktop_app.media import engine as face
from desktop_app.media.engine import RESTARTS_MAX, Engine, EngineMain, EngineState
from tests.desktop_app.media import engine_mains

DEADLINE_S = 30.0

Run = Callable[[EngineMain], Awaitable["Watched"]]


class Watched:
    """An engine whose states and events can be waited for."""

    def __init__(self, main: EngineMain) -> None:
        self.engine = Engine(main)
        self.states: list[EngineState] = []
        self.events: asyncio.Queue[Event] = asyncio.Queue(1)
        self._news = asyncio.Event()
        self._closed = False
        self.engine.state_changed.connect(self._note)
        self.engine.received.connect(self._keep)

    async def reaches(self, state: EngineState) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while state not in self.states:
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self.engine.close()

    def _note(self, state: EngineState) -> None:
        self.states.append(state)
        self._news.set()

    def _keep(self, event: Event) -> None:
        with suppress(asyncio.QueueFull):
            self.events.put_nowait(event)


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """Returns a function that starts an engine; each is closed after the test."""
    started: list[Watched] = []

    async def start(main: EngineMain) -> Watched:
        watched = Watched(main)
        started.append(watched)
        watched.engine.start()
        return watched

    yield start
    for watched in started:
        await watched.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PING_INTERVAL_S", "HUNG_AFTER_S", "QUIT_TIMEOUT_S"):
        monkeypatch.setattr(face, name, 0.2)


def lives(pid: int | None) -> bool:
    assert pid is not None
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_an_engine_runs_until_it_is_closed_and_leaves_nothing(run: Run):
    watched = await run(engine_mains.obeys)
    await watched.reaches(EngineState.RUNNING)
    pid, blocks = watched.engine.pid, [f.block_name for f in watched.engine.feeds.values()]

    await watched.close()

    assert not lives(pid)
    for name in blocks:
        with pytest.raises(FileNotFoundError):
            SharedMemory(name)
    assert watched.states == [EngineState.RUNNING]


async def test_an_engine_that_was_spawned_ahead_is_the_one_that_is_listened_to():
    watched = Watched(engine_mains.obeys)
    await asyncio.to_thread(watched.engine.spawn)  # where there is no loop
    pid = watched.engine.pid

    watched.engine.start()
    await watched.reaches(EngineState.RUNNING)

    assert watched.engine.pid == pid
    await watched.close()
    assert not lives(pid)


async def test_views_told_before_the_start_reach_the_engine(run: Run):
    watched = await run(engine_mains.obeys)
    watched.engine.set_view(Stream.SELF, 320, 180)

    async with asyncio.timeout(DEADLINE_S):
        event = await watched.events.get()

    assert isinstance(event, Level)
    assert event.level == 320


async def test_a_picture_comes_through_shared_memory(run: Run):
    watched = await run(engine_mains.paints)
    await watched.reaches(EngineState.RUNNING)

    picture = watched.engine.feeds[Stream.SELF].take()

    assert picture is not None
    assert bytes(picture.pixels) == b"\x07" * 16


async def test_an_engine_that_dies_at_once_is_given_up_after_some_starts(run: Run):
    watched = await run(engine_mains.dies_at_once)

    await watched.reaches(EngineState.FAILED)

    assert watched.states == [EngineState.RESTARTING] * RESTARTS_MAX + [EngineState.FAILED]
    assert watched.engine.pid is None


async def test_an_engine_that_is_killed_is_started_again(run: Run):
    watched = await run(engine_mains.obeys)
    await watched.reaches(EngineState.RUNNING)
    first = watched.engine.pid
    watched.states.clear()
    assert first is not None
    os.kill(first, 9)

    await watched.reaches(EngineState.RUNNING)

    assert watched.engine.pid != first


async def test_an_engine_that_the_system_does_not_start_again_is_given_up(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "no more processes")

    watched = await run(engine_mains.obeys)
    await watched.reaches(EngineState.RUNNING)
    monkeypatch.setattr(face, "_Process", refuse)
    assert watched.engine.pid is not None
    os.kill(watched.engine.pid, 9)

    await watched.reaches(EngineState.FAILED)

    assert watched.engine.pid is None


@pytest.mark.usefixtures("impatient")
async def test_an_engine_that_hangs_is_killed_and_started_again(run: Run):
    watched = await run(engine_mains.starts_and_hangs)
    first = watched.engine.pid
    await watched.reaches(EngineState.RUNNING)

    await watched.reaches(EngineState.RESTARTING)

    assert watched.engine.pid != first


@pytest.mark.usefixtures("impatient")
async def test_an_engine_that_never_starts_is_killed(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(face, "START_TIMEOUT_S", 0.5)
    watched = await run(engine_mains.never_starts)

    await watched.reaches(EngineState.FAILED)

    assert EngineState.RUNNING not in watched.states


@pytest.mark.parametrize("main", [engine_mains.never_starts, engine_mains.starts_and_hangs])
@pytest.mark.usefixtures("impatient")
async def test_closing_ends_an_engine_that_does_not_listen(run: Run, main: EngineMain):
    watched = await run(main)
    pid = watched.engine.pid

    await watched.close()

    assert not lives(pid)


@pytest.mark.usefixtures("impatient")
async def test_what_an_engine_that_floods_says_is_bounded_and_it_can_be_closed(run: Run):
    watched = await run(engine_mains.floods)
    async with asyncio.timeout(DEADLINE_S):
        await watched.events.get()
    threading.Event().wait(0.3)  # The interface is busy, and events pile up.
    assert len(asyncio.get_running_loop()._ready) <= face.EVENTS_MAX + 16  # type: ignore[attr-defined]  # what waits
    pid = watched.engine.pid

    await watched.close()

    assert not lives(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
async def test_an_engine_outlives_a_machine_that_stood_still(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(face, "HUNG_AFTER_S", 2.0)
    monkeypatch.setattr(face, "PING_INTERVAL_S", 0.1)
    watched = await run(engine_mains.obeys)
    await watched.reaches(EngineState.RUNNING)
    pid = watched.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    time.sleep(1.5 * face.HUNG_AFTER_S)  # noqa: ASYNC251 - the interface stands still as well
    for _ in range(10):
        await asyncio.sleep(0)  # Whatever was due meanwhile is done before the engine can answer.
    os.kill(pid, signal.SIGCONT)
    watched.engine.set_view(Stream.SELF, 320, 180)

    async with asyncio.timeout(DEADLINE_S):
        assert isinstance(await watched.events.get(), Level)
    assert watched.engine.pid == pid
    assert watched.states == [EngineState.RUNNING]


@pytest.mark.usefixtures("impatient")
async def test_commands_that_an_engine_does_not_read_are_bounded(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(face, "HUNG_AFTER_S", DEADLINE_S)
    watched = await run(engine_mains.starts_and_hangs)
    await watched.reaches(EngineState.RUNNING)

    async with asyncio.timeout(DEADLINE_S):
        while len(watched.states) == 1:
            watched.engine.set_view(Stream.SELF, 320, 180)
            await asyncio.sleep(0)

    assert watched.states[1] is EngineState.RESTARTING


async def test_an_event_nobody_knows_is_left_aside(run: Run):
    watched = await run(engine_mains.talks_nonsense)

    await watched.reaches(EngineState.RUNNING)
