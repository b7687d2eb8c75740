"""Starting up is over when the use of the CPU no longer changes."""

from tests.benchmarks.settling import WINDOWS, Pace


def test_a_falling_use_is_not_even_yet() -> None:
    pace = Pace()
    assert not any(pace.add(cores) for cores in (2.0, 1.6, 1.2, 0.9, 0.7))


def test_use_that_stays_about_the_same_is_even() -> None:
    pace = Pace()
    assert not any(pace.add(2.0) for _ in range(WINDOWS - 1))
    assert not pace.add(0.8)
    assert [pace.add(cores) for cores in (0.82, 0.78, 0.8)] == [False, False, True]
