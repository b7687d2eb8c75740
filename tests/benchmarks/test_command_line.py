"""What the command line of the benchmarks asks for."""

import asyncio
import os
import signal
import sys

import pytest

from tests.benchmarks.__main__ import BENCHMARKS, CANCELLED, main, parse
from tests.benchmarks.figures import Figure
from tests.benchmarks.plan import Plan
from tests.benchmarks.size import Size


def test_a_bare_name_asks_for_the_whole_of_the_benchmark() -> None:
    given = parse(["call"])
    assert (given.name, given.plan, given.json) == ("call", BENCHMARKS["call"].plan, False)


def test_a_run_is_cut_short() -> None:
    plan = parse(["next", "--json", "--size", "320x240", "--repetitions", "2"]).plan
    assert (plan.sizes, plan.repetitions, plan.relay) == ((Size(320, 240),), 2, False)


def test_each_benchmark_has_its_own_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["next", "--relay"]).plan.relay
    assert parse(["call", "--busy-interface"]).plan.busy_interface
    with pytest.raises(SystemExit):
        parse(["call", "--relay"])
    assert "unrecognized arguments: --relay" in capsys.readouterr().err


def test_a_link_has_a_round_trip_and_pictures_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = parse(["next", "--link", "50"]).plan
    assert (plan.link, plan.sizes) == (50.0, (Size(640, 480),))
    assert parse(["next", "--link", "50", "--size", "320x240"]).plan.sizes == (Size(320, 240),)
    with pytest.raises(SystemExit):
        parse(["next", "--link", "50", "--relay"])
    assert "do not go together" in capsys.readouterr().err


def test_a_benchmark_about_people_takes_their_number() -> None:
    plan = parse(["signaling", "--size", "300", "--repetitions", "1"]).plan
    assert (plan.people_of(10_000), plan.people_of(200), plan.repetitions) == (300, 200, 1)


def test_a_soak_lasts_an_hour_unless_told() -> None:
    assert (parse(["soak"]).plan.minutes, parse(["soak", "--minutes", "5"]).plan.minutes) == (60, 5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_one_that_is_told_to_end_ends_what_it_has_started(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    ended = []

    async def measure(_: Plan) -> list[Figure]:
        os.kill(os.getpid(), number)
        try:
            await asyncio.sleep(10)
        finally:
            ended.append("a server")
        return []

    monkeypatch.setitem(BENCHMARKS, "next", BENCHMARKS["next"]._replace(measure=measure))
    monkeypatch.setattr(sys, "argv", ["benchmarks", "next"])
    handler = signal.signal(number, signal.SIG_DFL)  # which nohup has ignore it
    try:
        assert main() == CANCELLED
    finally:
        signal.signal(number, handler)

    assert ended == ["a server"]
