"""connections, kb_per_connection: people who are there and do nothing."""

from pathlib import Path

from tests.benchmarks.figures import Figure, median
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers

CONNECTIONS = 19_000


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    held: list[orders.Result] = []
    peers: list[orders.Result] = []
    for _ in range(plan.repetitions):
        async with servers.ours(directory) as server:
            held.append(await _hold(server, plan))
        async with servers.node("ws") as server:
            peers.append(await _hold(server, plan))
    return [
        Figure(
            name, unit, median([r[key] for r in held]), median([r[key] for r in peers]), len(held)
        )
        for name, unit, key in (
            ("connections", "", "connections"),
            ("kb_per_connection", "KB", "kb"),
        )
    ]


async def _hold(server: servers.Measured, plan: Plan) -> orders.Result:
    return await orders.do("hold", server, connections=plan.people_of(CONNECTIONS))
