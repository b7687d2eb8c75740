"""all_back_s: a server that is killed and started again, and everybody comes back at once."""

import signal
from pathlib import Path

from tests.benchmarks.figures import Figure, median
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers

CONNECTIONS = 19_000


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    results = [await _come_back(directory, plan) for _ in range(plan.repetitions)]
    in_call = [result["in_call_again"] / max(1, result["in_call"]) for result in results]
    return [
        Figure("all_back_s", "s", median([r["all_back_s"] for r in results]), None, len(results)),
        Figure("in_call_again", "share", median(in_call), None, len(results)),
    ]


async def _come_back(directory: Path, plan: Plan) -> orders.Result:
    async with servers.ours(directory) as server:
        people = plan.people_of(CONNECTIONS)
        async with orders.load("come_back", server, connections=people) as load:
            await load.line()
            await server.end(signal.SIGKILL)
            async with servers.ours(directory, port=server.port):
                await load.say("the server is new")
                return await load.result()
