"""The simulation behind docs/fairness.md."""

from tests.benchmarks.fairness import Town

PEOPLE, SEARCHES = 20, 400
LONGEST_S = 16.0
"""Twice what the longest of 60,000 waits took."""


def waits_s() -> list[float]:
    town = Town(PEOPLE)
    town.live(SEARCHES)
    assert town.longest_waiting_s() < LONGEST_S
    return town.waits_s


def test_in_a_small_town_nobody_waits_for_long_and_every_run_is_the_same():
    waits = waits_s()

    assert max(waits) < LONGEST_S
    assert waits == waits_s()
