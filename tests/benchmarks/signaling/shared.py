"""redis_pairings_per_s, redis_match_ms_p99: two server processes that share a Redis.

Two processes on one port stand beside one that asks a Redis as well, and take turns with it. The draw's
window is off, for with it nobody's wait could be short of 20 ms; redis_match_ms_p99.window says what
the wait is with it.
"""

import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers
from tests.benchmarks.signaling.turns import Turns, pressed_in_turns, take_turns, told
from tests.redis_process import running_redis

CONNECTIONS = 10_000
ACTIVE = 200
PAIRINGS_PER_S = 1_000.0
PACED_S = 10.0
PROCESSES = 2
NO_WINDOW = "window_ms = 0\n"


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    rounds: list[tuple[float, float]] = []
    waits_ms: dict[str, list[float]] = {NO_WINDOW: [], "": []}
    for _ in range(plan.repetitions):
        rounds += await _saturated(directory, plan)
        for window, found in waits_ms.items():
            found.append(await _paced_p99_ms(directory, plan, window))
    one, two = (median(rates) for rates in zip(*rounds, strict=True))
    ratio = median([two_rate / one_rate for one_rate, two_rate in rounds])
    return [
        Figure("redis_pairings_per_s", "1/s", two, one, plan.repetitions, ratio),
        Figure("redis_match_ms_p99", "ms", median(waits_ms[NO_WINDOW]), None, plan.repetitions),
        Figure("redis_match_ms_p99.window", "ms", median(waits_ms[""]), None, plan.repetitions),
    ]


async def _saturated(directory: Path, plan: Plan) -> list[tuple[float, float]]:
    """Have one process and two pressed in turns, each on a Redis of its own; return both rates."""
    async with AsyncExitStack() as stack:
        pressed: dict[str, Turns] = {}
        for processes in (1, PROCESSES):
            redis = await stack.enter_async_context(running_redis())
            settings = _settings(redis.url, processes) + NO_WINDOW
            own = directory / f"{processes}"
            own.mkdir(exist_ok=True)
            server = await stack.enter_async_context(servers.ours(own, settings))
            pressed[f"{processes} on Redis"] = await stack.enter_async_context(
                pressed_in_turns(
                    server, plan.people_of(CONNECTIONS), plan.people_of(ACTIVE), redis=redis.pid
                )
            )
        results = await take_turns(pressed)
    for name, turns in results.items():
        _tell(name, turns)
    one, two = ([float(turn["pairings_per_s"]) for turn in turns] for turns in results.values())
    return list(zip(one, two, strict=True))


def _tell(name: str, turns: list[orders.Result]) -> None:
    """Print what the turns came to, and whose time they took."""
    parts = {
        part: median([float(turn[f"{part}_core"]) for turn in turns])
        for part in ("server", "redis", "load")
    }
    print(
        f"{name}: {told(turns)}; cores: "
        + ", ".join(f"{part} {cores:.2f}" for part, cores in parts.items())
        + f", together {sum(parts.values()):.2f} of {os.cpu_count()}",
        file=sys.stderr,
    )


async def _paced_p99_ms(directory: Path, plan: Plan, window: str) -> float:
    async with (
        running_redis() as redis,
        servers.ours(directory, _settings(redis.url, PROCESSES) + window) as server,
    ):
        result = await orders.do(
            "pace",
            server,
            connections=plan.people_of(CONNECTIONS),
            pairings_per_s=PAIRINGS_PER_S,
            seconds=PACED_S,
        )
    return percentile(result["waits_ms"], 99)


def _settings(url: str, processes: int) -> str:
    return f'backend = "{url}"\nworkers = {processes}\nmetrics_port = 0\n'
