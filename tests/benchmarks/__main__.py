"""The command line of the benchmarks."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tests.benchmarks import call, next_person
from tests.benchmarks.figures import Figure, as_json, as_table
from tests.benchmarks.stage import Size


class Benchmark(NamedTuple):
    """measure takes the sizes and how often to repeat, and returns the figures."""

    measure: Callable[[tuple[Size, ...], int], Awaitable[list[Figure]]]
    sizes: tuple[Size, ...]
    repetitions: int


BENCHMARKS = {
    module.NAME: Benchmark(module.measure, module.SIZES, module.REPETITIONS)
    for module in (next_person, call)
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure Passerby beside Chromium."
    )
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--size", type=Size.parse, metavar="WxH", help="of the pictures")
    parser.add_argument("--repetitions", type=int, metavar="N")
    given = parser.parse_args()
    benchmark = BENCHMARKS[given.name]
    sizes = (given.size,) if given.size else benchmark.sizes
    repetitions = given.repetitions or benchmark.repetitions
    figures = asyncio.run(_measured(benchmark, sizes, repetitions))
    print(as_table(figures))
    if given.json:
        print(as_json(given.name, figures))
    return 0


async def _measured(
    benchmark: Benchmark, sizes: tuple[Size, ...], repetitions: int
) -> list[Figure]:
    return await benchmark.measure(sizes, repetitions)


if __name__ == "__main__":
    sys.exit(main())
