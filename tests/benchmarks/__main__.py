"""The command line of the benchmarks."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from tests.benchmarks import call, next_person
from tests.benchmarks.figures import Figure, as_json, as_table
from tests.benchmarks.plan import Plan
from tests.benchmarks.size import Size


class Benchmark(NamedTuple):
    """plan is what a bare name asks for; options has the help for each field of it to switch on."""

    measure: Callable[[Plan], Awaitable[list[Figure]]]
    plan: Plan
    options: Mapping[str, str]


class Given(NamedTuple):
    """A command line: which benchmark, what it is asked for, and how it tells."""

    name: str
    plan: Plan
    json: bool


BENCHMARKS = {
    module.NAME: Benchmark(module.measure, module.PLAN, module.OPTIONS)
    for module in (next_person, call)
}


def main() -> int:
    given = parse(sys.argv[1:])
    figures = asyncio.run(_measured(given))
    print(as_table(figures))
    if given.json:
        print(as_json(given.name, figures))
    return 0


def parse(arguments: Sequence[str]) -> Given:
    """Read the command line; the process ends with its usage when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure Passerby beside Chromium."
    )
    names = parser.add_subparsers(dest="name", required=True)
    for name, benchmark in BENCHMARKS.items():
        one = names.add_parser(name)
        one.add_argument("--json", action="store_true", help="print one JSON object as last line")
        one.add_argument("--size", type=Size.parse, metavar="WxH", help="of the pictures")
        one.add_argument("--repetitions", type=int, metavar="N")
        for option, help in benchmark.options.items():
            one.add_argument(f"--{option.replace('_', '-')}", action="store_true", help=help)
    given = vars(parser.parse_args(arguments))
    benchmark = BENCHMARKS[given["name"]]
    plan = replace(
        benchmark.plan,
        sizes=(given["size"],) if given["size"] else benchmark.plan.sizes,
        repetitions=given["repetitions"] or benchmark.plan.repetitions,
        **{option: given[option] for option in benchmark.options},
    )
    return Given(given["name"], plan, given["json"])


async def _measured(given: Given) -> list[Figure]:
    return await BENCHMARKS[given.name].measure(given.plan)


if __name__ == "__main__":
    sys.exit(main())
