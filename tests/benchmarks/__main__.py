"""The command line of the benchmarks."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tests.benchmarks import bundle, call, loss, next_person, roam, signaling, soak, squeeze
from tests.benchmarks.figures import Figure, as_json, as_table
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.signaling import mixed
from tests.benchmarks.size import Size


class Benchmark(NamedTuple):
    """plan is what a bare name asks for; options are the fields of it that can be asked for.

    A plan without sizes is about people: its --size is how many.
    """

    measure: Callable[[Plan], Awaitable[list[Figure]]]
    plan: Plan
    options: Mapping[str, Option]


class Given(NamedTuple):
    """A command line: which benchmark, what it is asked for, and how it tells."""

    name: str
    plan: Plan
    json: bool


_ENDS = (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
BENCHMARKS = {
    module.NAME: Benchmark(module.measure, module.PLAN, module.OPTIONS)
    for module in (next_person, call, loss, squeeze, roam, soak, signaling, mixed, bundle)
}


CANCELLED = 143
"""The exit code of a benchmark that was ended before its time."""


def main() -> int:
    given = parse(sys.argv[1:])
    try:
        figures = asyncio.run(_measured(given))
    except asyncio.CancelledError:
        return CANCELLED
    print(as_table(figures))
    if given.json:
        print(as_json(given.name, figures))
    return 0


def parse(arguments: Sequence[str]) -> Given:
    """Read the command line; the process ends with its usage when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure Passerby beside what does the same job.",
    )
    names = parser.add_subparsers(dest="name", required=True)
    for name, benchmark in BENCHMARKS.items():
        one = names.add_parser(name)
        one.add_argument("--json", action="store_true", help="print one JSON object as last line")
        if benchmark.plan.sizes:
            one.add_argument("--size", type=Size.parse, metavar="WxH", help="of the pictures")
        else:
            one.add_argument("--size", type=int, metavar="N", help="how many people at most")
        one.add_argument("--repetitions", type=int, metavar="N")
        for field, option in benchmark.options.items():
            _add(one, field, option)
    given = vars(parser.parse_args(arguments))
    plan = _plan(BENCHMARKS[given["name"]], given)
    if plan.relay and plan.link is not None:
        parser.error("--relay and --link do not go together: the relay is on loopback")
    return Given(given["name"], plan, given["json"])


def _add(parser: argparse.ArgumentParser, field: str, option: Option) -> None:
    flag = f"--{field.replace('_', '-')}"
    if option.positional:
        parser.add_argument(field, type=float, metavar=option.number, help=option.help)
    elif option.number is not None:
        parser.add_argument(flag, type=float, metavar=option.number, help=option.help)
    else:
        parser.add_argument(flag, action="store_true", help=option.help)


def _plan(benchmark: Benchmark, given: Mapping[str, Any]) -> Plan:
    size, sizes = given["size"], benchmark.plan.sizes
    for field, option in benchmark.options.items():
        if given[field] and option.sizes:
            sizes = option.sizes
    return replace(
        benchmark.plan,
        sizes=(size,) if isinstance(size, Size) else sizes,
        people=size if isinstance(size, int) else None,
        repetitions=given["repetitions"] or benchmark.plan.repetitions,
        **{field: given[field] for field in benchmark.options if given[field] is not None},
    )


async def _measured(given: Given) -> list[Figure]:
    """Measure; a signal to end cancels that, so that what was started is ended as well."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in _ENDS:
        # Under nohup a hang-up is ignored, and stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, task.cancel)
    return await BENCHMARKS[given.name].measure(given.plan)


if __name__ == "__main__":
    sys.exit(main())
