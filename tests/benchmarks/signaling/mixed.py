"""signaling-soak: two hours of nexts, dropped sockets and comings back; does the server's memory grow?

python -m tests.benchmarks signaling-soak --json [--minutes 120] [--size PEOPLE]
"""

import tempfile
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.signaling import orders, servers

NAME = "signaling-soak"
PLAN = Plan(sizes=(), repetitions=1, minutes=120.0)
OPTIONS = {"minutes": Option("how long the load goes on, 120 if not said", number="N")}
PEOPLE = 2_000
PAIRINGS_PER_S = 200.0


async def measure(plan: Plan) -> list[Figure]:
    """Compare the memory after the first tenth of the time with the end."""
    with tempfile.TemporaryDirectory(prefix="passerby-benchmark-") as directory:
        async with servers.ours(Path(directory)) as server:
            result = await orders.do(
                "mix",
                server,
                connections=plan.people_of(PEOPLE),
                pairings_per_s=PAIRINGS_PER_S,
                seconds=plan.minutes * 60,
            )
    memory_kb = result["memory_kb"]
    return [
        Figure("memory_growth_mb", "MB", (memory_kb[-1] - memory_kb[0]) / 1024, None, 1),
        Figure("nexts", "", result["nexts"], None, 1),
        Figure("drops", "", result["drops"], None, 1),
        Figure("losses", "", result["losses"], None, 1),
        Figure("resumed", "", result["resumed"], None, 1),
    ]
