"""match_ms, match_ms_p99, cpu_core, pairings_per_s: people who press next, some or as fast as can be.

Servers that are saturated take turns, and each ratio of theirs is the median of those of the rounds.

match_ms is from one's own search to one's match, whoever searched first. Figures that end in
.no_window were taken with the window of the draw off; pairings_per_s too.
"""

import contextlib
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers
from tests.benchmarks.signaling.turns import TURNS, pressed_in_turns, take_turns, told

CONNECTIONS = 10_000
ACTIVE = 200
PAIRINGS_PER_S = 1_000.0
PACED_S = 10.0
LIMIT_CORE = 0.95
"""A process that has more of its core than this has no time left."""
NO_WINDOW = "window_ms = 0\n"
OURS = "passerby"
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
    rounds: list[dict[str, float]] = []
    for _ in range(plan.repetitions):
        rounds += await _in_turns(directory, plan)
    own = median([rates[OURS] for rates in rounds])

    def beside(name: str, peer: str) -> Figure:
        rate = median([rates[peer] for rates in rounds])
        ratio = median([rates[OURS] / rates[peer] for rates in rounds])
        return Figure(name, "1/s", own, rate, plan.repetitions, ratio)

    return [
        beside("pairings_per_s", "ws"),
        *(beside(f"pairings_per_s.{peer}", peer) for peer in PEERS),
    ]


async def _in_turns(directory: Path, plan: Plan) -> list[dict[str, float]]:
    """Have all servers pressed in turns; return what each came to in each round, by dialect."""
    async with contextlib.AsyncExitStack() as stack:
        started = [await stack.enter_async_context(servers.ours(directory, NO_WINDOW))]
        started += [await stack.enter_async_context(servers.node(name)) for name in PEERS]
        people, active = plan.people_of(CONNECTIONS), plan.people_of(ACTIVE)
        pressed = {
            server.dialect: await stack.enter_async_context(
                pressed_in_turns(server, people, active)
            )
            for server in started
        }
        results = await take_turns(pressed)
    for dialect, turns in results.items():
        _tell(dialect, turns)
    return [
        {dialect: float(turns[place]["pairings_per_s"]) for dialect, turns in results.items()}
        for place in range(TURNS)
    ]


def _tell(dialect: str, turns: list[orders.Result]) -> None:
    """Print what the turns of one server came to, and whose limit that was."""
    server_core, load_core = (
        median([turn[name] for turn in turns]) for name in ("server_core", "load_core")
    )
    limit = "the load was the limit" if server_core < LIMIT_CORE < load_core else "saturated"
    print(
        f"{dialect}: {told(turns)}, {limit}: {server_core:.2f} of a core, the load {load_core:.2f}",
        file=sys.stderr,
    )
