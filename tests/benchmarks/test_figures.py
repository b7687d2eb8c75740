"""The last line of a benchmark is one object that a program can read."""

import json

from tests.benchmarks.figures import Figure, as_json, percentile


def test_a_figure_stands_beside_the_peers_with_their_ratio() -> None:
    line = as_json("next", [Figure("next_ms", "ms", ours=45.0, peer=90.0, repetitions=20)])
    figure = {"ours": 45.0, "peer": 90.0, "ratio": 0.5, "unit": "ms", "n": 20}
    assert json.loads(line) == {"benchmark": "next", "figures": {"next_ms": figure}}


def test_what_was_measured_in_turns_has_the_ratio_of_the_turns() -> None:
    figures = [Figure("rate", "1/s", 100.0, 200.0, repetitions=3, ratio_side_by_side=0.8)]
    assert json.loads(as_json("x", figures))["figures"]["rate"]["ratio"] == 0.8


def test_without_a_peer_there_is_no_ratio() -> None:
    figures = [Figure("a", "ms", 1.0, None, 1), Figure("b", "ms", 1.0, 0.0, 1)]
    written = json.loads(as_json("x", figures))["figures"]
    assert [figure["ratio"] for figure in written.values()] == [None, None]


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([float(n) for n in range(1, 101)], 95) == 95.0
    assert percentile([1.0, 2.0], 50) == 1.0
    assert percentile([7.0], 99) == 7.0
