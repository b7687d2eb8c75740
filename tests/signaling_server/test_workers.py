"""Several processes on one port: they pair each other's people, and end with their parent."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

import psutil
import pytest

from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import SessionError
from signaling_server.workers import this_program
from tests.redis_process import running_redis
from tests.server_process import ServerProcess, running_server
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

WORKERS = 2
NO_MORE_FILES = 3
"""Beside those that are open."""


async def test_people_of_several_workers_meet_and_no_worker_outlives_its_parent():
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(running_redis())
        server = await stack.enter_async_context(
            running_server("--backend", redis.url, "--workers", str(WORKERS))
        )
        workers = psutil.Process(server.process.pid).children()
        assert len(workers) == WORKERS
        people = []
        # The system spreads connections: so many are not all at one worker.
        for _ in range(16):
            client = WireClient(f"{server.url}/v1/ws")
            people.append(await stack.enter_async_context(client))
            await client.hello()
            await client.join()
        calls = [(await person.matched()).call for person in people]
        assert len(set(calls)) == len(people) / 2
        at_home = {len(worker.net_connections("tcp")) for worker in workers}
        own = 3  # the port, and two connections to Redis
        assert min(at_home) > own

        await server.stop(signal.SIGKILL)
        _, alive = await asyncio.to_thread(psutil.wait_procs, workers, DEADLINE_S)
        assert alive == []


async def test_a_worker_that_is_told_twice_to_stop_drains_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("PASSERBY_SERVER_DRAIN_S", "60")
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(running_redis())
        options = ("--backend", redis.url, "--workers", str(WORKERS))
        server = await stack.enter_async_context(running_server(*options))
        workers = psutil.Process(server.process.pid).children()
        client = await stack.enter_async_context(WireClient(f"{server.url}/v1/ws"))
        await client.hello()
        terminate(workers)
        assert (await client.receive_later(SessionError)).code is ErrorCode.SHUTTING_DOWN

        # As under systemd, which signals all, and the parent its workers once more.
        terminate(workers)

        for _ in range(20):
            await client.hears_nothing()


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit of another process")
async def test_a_worker_that_cannot_be_started_at_first_is_started_later():
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(running_redis())
        options = ("--backend", redis.url, "--workers", str(WORKERS))
        running = running_server(*options, stderr=asyncio.subprocess.PIPE)
        server = await stack.enter_async_context(running)
        parent = psutil.Process(server.process.pid)
        before = parent.rlimit(psutil.RLIMIT_NOFILE)
        parent.rlimit(psutil.RLIMIT_NOFILE, (NO_MORE_FILES, before[1]))
        parent.children()[0].kill()
        await says(server, "cannot be started")
        parent.rlimit(psutil.RLIMIT_NOFILE, before)

        await says(server, "redis is there")

        assert len(parent.children()) == WORKERS


def test_workers_of_a_bundle_are_started_by_its_own_program(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    # It is no Python, which would be told which module to run: what it is given are its options.
    assert this_program() == (sys.executable,)


async def says(server: ServerProcess, words: str) -> None:
    """Wait until the parent or a worker has written a line with these words."""
    assert server.process.stderr is not None
    async with asyncio.timeout(DEADLINE_S):
        while words not in (line := (await server.process.stderr.readline()).decode()):
            assert line, "they have ended"


def terminate(workers: Sequence[psutil.Process]) -> None:
    for worker in workers:
        # The one without a client has ended at the first signal.
        with suppress(psutil.NoSuchProcess):
            worker.send_signal(signal.SIGTERM)
