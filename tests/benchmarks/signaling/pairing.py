"""match_ms, match_ms_p99, cpu_core, pairings_per_s: people who press next, some or as fast as can be.

match_ms is from one's own search to one's match, whoever searched first. Figures that end in
.no_window were taken with the window of the draw off; pairings_per_s too.
"""

import sys
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers

CONNECTIONS = 10_000
ACTIVE = 200
PAIRINGS_PER_S = 1_000.0
PACED_S = 10.0
SATURATED_S = 8.0
LIMIT_CORE = 0.95
"""A process that has more of its core than this has no time left."""
NO_WINDOW = "window_ms = 0\n"
PEERS = ("ws", "socketio", "peerjs")


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    return [*await _paced(directory, plan), *await _saturated(directory, plan)]


async def _paced(directory: Path, plan: Plan) -> list[Figure]:
    ours: dict[str, list[orders.Result]] = {"": [], ".no_window": []}
    peers: list[orders.Result] = []
    for _ in range(plan.repetitions):
        for suffix, settings in (("", ""), (".no_window", NO_WINDOW)):
            async with servers.ours(directory, settings) as server:
                ours[suffix].append(await _pace(server, plan))
        async with servers.node("ws") as server:
            peers.append(await _pace(server, plan))
    figures = []
    for suffix, results in ours.items():
        for name, unit in (("match_ms", "ms"), ("match_ms_p99", "ms"), ("cpu_core", "cores")):
            beside = median([_figure(result, name) for result in peers])
            own = median([_figure(result, name) for result in results])
            figures.append(Figure(name + suffix, unit, own, beside, len(results)))
    return figures


async def _pace(server: servers.Measured, plan: Plan) -> orders.Result:
    return await orders.do(
        "pace",
        server,
        connections=plan.people_of(CONNECTIONS),
        pairings_per_s=PAIRINGS_PER_S,
        seconds=PACED_S,
    )


def _figure(result: orders.Result, name: str) -> float:
    match name:
        case "match_ms":
            return median(result["waits_ms"])
        case "match_ms_p99":
            return percentile(result["waits_ms"], 99)
        case _:
            return float(result[name])


async def _saturated(directory: Path, plan: Plan) -> list[Figure]:
    ours: list[float] = []
    peers: dict[str, list[float]] = {name: [] for name in PEERS}
    for _ in range(plan.repetitions):
        async with servers.ours(directory, NO_WINDOW) as server:
            ours.append(await _saturate(server, plan))
        for name, rates in peers.items():
            async with servers.node(name) as server:
                rates.append(await _saturate(server, plan))
    own = median(ours)
    return [
        Figure("pairings_per_s", "1/s", own, median(peers["ws"]), len(ours)),
        *(
            Figure(f"pairings_per_s.{name}", "1/s", own, median(rates), len(rates))
            for name, rates in peers.items()
        ),
    ]


async def _saturate(server: servers.Measured, plan: Plan) -> float:
    result = await orders.do(
        "saturate",
        server,
        connections=plan.people_of(CONNECTIONS),
        active=plan.people_of(ACTIVE),
        seconds=SATURATED_S,
    )
    rate, server_core, load_core = (
        float(result[name]) for name in ("pairings_per_s", "server_core", "load_core")
    )
    limit = "the load was the limit" if server_core < LIMIT_CORE < load_core else "saturated"
    print(
        f"{server.dialect}: {rate:.0f} pairings/s, {limit}: "
        f"{server_core:.2f} of a core, the load {load_core:.2f} of its own",
        file=sys.stderr,
    )
    return rate
