"""redis_pairings_per_s, redis_match_ms_p99: two server processes that share a Redis.

Two processes on one port stand beside one that asks the same Redis. The draw's window is off, for with
it nobody's wait could be short of 20 ms; redis_match_ms_p99.window says what the wait is with it.
"""

import os
import sys
from pathlib import Path

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.plan import Plan
from tests.benchmarks.signaling import orders, servers
from tests.redis_process import running_redis

CONNECTIONS = 10_000
ACTIVE = 200
PAIRINGS_PER_S = 1_000.0
PACED_S = 10.0
SATURATED_S = 8.0
PROCESSES = 2
NO_WINDOW = "window_ms = 0\n"


async def measure(directory: Path, plan: Plan) -> list[Figure]:
    rates: dict[int, list[float]] = {1: [], PROCESSES: []}
    waits_ms: dict[str, list[float]] = {NO_WINDOW: [], "": []}
    for _ in range(plan.repetitions):
        for processes, found in rates.items():
            found.append(await _saturated(directory, plan, processes))
        for window, found in waits_ms.items():
            found.append(await _paced_p99_ms(directory, plan, window))
    two, one = median(rates[PROCESSES]), median(rates[1])
    return [
        Figure("redis_pairings_per_s", "1/s", two, one, plan.repetitions),
        Figure("redis_match_ms_p99", "ms", median(waits_ms[NO_WINDOW]), None, plan.repetitions),
        Figure("redis_match_ms_p99.window", "ms", median(waits_ms[""]), None, plan.repetitions),
    ]


async def _saturated(directory: Path, plan: Plan, processes: int) -> float:
    async with running_redis() as redis:
        settings = _settings(redis.url, processes) + NO_WINDOW
        async with servers.ours(directory, settings) as server:
            result = await orders.do(
                "saturate",
                server,
                connections=plan.people_of(CONNECTIONS),
                active=plan.people_of(ACTIVE),
                seconds=SATURATED_S,
                redis=redis.pid,
            )
    parts = {name: float(result[f"{name}_core"]) for name in ("server", "redis", "load")}
    print(
        f"{processes} on Redis: {result['pairings_per_s']:.0f} pairings/s; cores: "
        + ", ".join(f"{name} {cores:.2f}" for name, cores in parts.items())
        + f", together {sum(parts.values()):.2f} of {os.cpu_count()}",
        file=sys.stderr,
    )
    return float(result["pairings_per_s"])


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
