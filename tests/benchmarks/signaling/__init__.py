"""The server under load from other processes, beside Node's ws, socket.io and PeerJS's server.

Each part below measures some of the figures and prints on standard error what it does. A size
is how many people are connected; a smaller one cuts a run short.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.signaling import holding, matcher, nexts, pairing, returning, shared

NAME = "signaling"
PLAN = Plan(sizes=(), repetitions=3)
OPTIONS: dict[str, Option] = {}
PARTS = (matcher, holding, pairing, shared, returning, nexts)


async def measure(plan: Plan) -> list[Figure]:
    """Measure part by part, our server and the others' in turn."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="passerby-benchmark-") as directory:
        for part in PARTS:
            found = await part.measure(Path(directory), plan)
            for figure in found:
                print(f"{figure.name}: {figure.ours:.3f}", file=sys.stderr)
            figures += found
    return figures
