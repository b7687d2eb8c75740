"""Three servers on one Redis, 300 people under constant nexts: a server and the Redis are killed.

Each pair proves itself by random tokens that both send through the servers. Nobody is matched
twice, no token reaches another call, and everybody goes on meeting people after each blow.
"""

import asyncio
import signal
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

from tests.chaos.person import Ledger, Person
from tests.redis_process import running_redis
from tests.server_process import ServerProcess, start_server

SERVERS = 3
PEOPLE = 300
PAIRS = 2
"""How many more each person has to meet before the next blow."""
DEADLINE_S = 40.0
SETTINGS = """
secret = "one secret that all servers of the pool have"
metrics_port = 0
"""


async def test_nobody_is_lost_or_matched_twice_when_servers_are_killed(tmp_path: Path):
    (tmp_path / "server.toml").write_text(SETTINGS, encoding="utf-8")
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(running_redis())
        options = ("--config", str(tmp_path / "server.toml"), "--backend", redis.url)
        servers = [await start_server(*options) for _ in range(SERVERS)]
        stack.push_async_callback(_stop, servers)
        ledger, random = Ledger(), Random(11)
        urls = [f"{server.url}/v1/ws" for server in servers]
        people = [Person(urls, ledger, random) for _ in range(PEOPLE)]
        living = [asyncio.create_task(person.run()) for person in people]
        stack.push_async_callback(_cancel, living)

        await everybody_meets_more(people, ledger, "at first")
        await servers[0].stop(signal.SIGKILL)
        await everybody_meets_more(people, ledger, "after a server was killed")
        servers[0] = await start_server(*options, port=servers[0].port)
        await everybody_meets_more(people, ledger, "after it came back")
        await redis.kill()
        await everybody_meets_more(people, ledger, "after the Redis was killed")
        before = ledger.across
        await redis.start()
        await everybody_meets_more(people, ledger, "after it came back empty")
        await until_across(people, ledger, before)

    print(f"longest wait {max(ledger.waits_s):.1f} s")
    assert ledger.faults == []
    assert max(len(told) for told in ledger.matched.values()) <= 2


async def everybody_meets_more(people: Sequence[Person], ledger: Ledger, when: str) -> None:
    began, before, across = time.monotonic(), ledger.proven, ledger.across
    goals = {person: person.pairs + PAIRS for person in people}
    try:
        async with asyncio.timeout(DEADLINE_S):
            for person, goal in goals.items():
                while person.pairs < goal:
                    person.progressed.clear()
                    await person.progressed.wait()
    except TimeoutError:
        stuck = sum(person.pairs < goal for person, goal in goals.items())
        raise AssertionError(f"{when}, {stuck} people did not meet anybody any more") from None
    print(
        f"{when}: {(ledger.proven - before) // 2} pairs, {(ledger.across - across) // 2} of them "
        f"across servers, in {time.monotonic() - began:.1f} s"
    )


async def until_across(people: Sequence[Person], ledger: Ledger, before: int) -> None:
    """See that people of different servers meet again."""
    async with asyncio.timeout(DEADLINE_S):
        while ledger.across < before + len(people) // 4:
            people[0].progressed.clear()
            await people[0].progressed.wait()


async def _stop(servers: Sequence[ServerProcess]) -> None:
    for server in servers:
        await server.stop(signal.SIGKILL)


async def _cancel(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
