"""memory_growth_mb: what a million nexts leave behind in the server's memory."""

from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers
from tests.benchmarks.signaling.pairing import ACTIVE, NO_WINDOW

NEXTS = 1_000_000
CONNECTIONS = 1_000
NEXTS_PER_REPETITION = 333_334


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    """Compare after a tenth of the nexts, when caches are filled, with the end."""
    nexts = min(NEXTS, NEXTS_PER_REPETITION * plan.repetitions)
    async with servers.ours(directory, NO_WINDOW) as server:
        result = await orders.do(
            "press_many_nexts",
            server,
            connections=plan.people_of(CONNECTIONS),
            active=plan.people_of(ACTIVE),
            nexts=nexts,
        )
    memory_kb = result["memory_kb"]
    return [Figure("memory_growth_mb", "MB", (memory_kb[-1] - memory_kb[0]) / 1024, None, 1)]
