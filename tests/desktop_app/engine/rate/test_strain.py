"""Whether a machine keeps up, by how long pictures take."""

import pytest

from desktop_app.engine.rate.strain import (
    AT_EASE_S,
    CALM_TIMES,
    PAUSE_S,
    SHARE_MAX,
    STRAINED_S,
    Strain,
)

INTERVAL_S = 1 / 30
SETTLED_S = 5.0
"""Until the mean is that of what came last."""
STEPS_MAX = 2


class Machine:
    """Encodes thirty pictures a second, on a clock of its own."""

    def __init__(self) -> None:
        self.strain = Strain()
        self.now_s = 100.0
        self.number = 0

    def encode(self, share: float, for_s: float, every: int = 1) -> int:
        """Take that share of the time to the next picture for each, and return the steps.

        every leaves out all but one of so many.
        """
        for _ in range(round(for_s / INTERVAL_S / every)):
            self.now_s += every * INTERVAL_S
            self.number += every
            self._note(share)
        return self.strain.steps

    def encode_once_more(self) -> None:
        self._note(SHARE_MAX)

    def _note(self, share: float) -> None:
        encoded_s = self.now_s + share * INTERVAL_S
        self.strain.note(self.number, self.now_s, encoded_s, STEPS_MAX)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_machine_that_keeps_up_has_no_strain(machine: Machine) -> None:
    assert machine.encode(0.7, for_s=120.0) == 0


def test_a_moment_without_time_is_no_strain(machine: Machine) -> None:
    for _ in range(10):
        assert machine.encode(3.0, for_s=STRAINED_S / 2) == 0
        assert machine.encode(0.3, for_s=SETTLED_S) == 0


def test_one_picture_that_waited_for_long_is_no_strain(machine: Machine) -> None:
    machine.encode(0.7, for_s=SETTLED_S)
    machine.encode(1_000.0, for_s=INTERVAL_S)
    assert machine.encode(0.7, for_s=SETTLED_S) == 0


def test_a_picture_encoded_once_more_counts_once(machine: Machine) -> None:
    for _ in range(300):
        machine.encode(0.7, for_s=INTERVAL_S)
        machine.encode_once_more()
    assert machine.strain.steps == 0


def test_a_camera_slower_than_it_claims_gives_the_time_that_it_gives(machine: Machine) -> None:
    for _ in range(300):
        machine.now_s += INTERVAL_S
        machine.encode(1.2, for_s=INTERVAL_S)
    assert machine.strain.steps == 0


def test_pictures_left_out_give_those_that_are_encoded_no_more_time(machine: Machine) -> None:
    assert machine.encode(1.5, for_s=60.0, every=2) == STEPS_MAX


def test_a_pause_is_neither_strain_nor_ease(machine: Machine) -> None:
    machine.encode(1.5, for_s=STRAINED_S)
    machine.now_s += 2 * STRAINED_S
    assert machine.encode(1.5, for_s=STRAINED_S / 2) == 0
    assert machine.encode(1.5, for_s=STRAINED_S) == 1
    machine.encode(0.2, for_s=SETTLED_S)
    machine.now_s += PAUSE_S + AT_EASE_S
    assert machine.encode(0.2, for_s=SETTLED_S) == 1


def test_strain_makes_pictures_smaller_step_by_step_and_ends_somewhere(machine: Machine) -> None:
    machine.encode(1.5, for_s=STRAINED_S + 1.0)
    assert machine.encode(1.5, for_s=1.0) == 1
    assert machine.encode(1.5, for_s=60.0) == STEPS_MAX


def test_another_camera_for_which_fewer_steps_help_has_no_more(machine: Machine) -> None:
    machine.encode(1.5, for_s=60.0)
    machine.strain.note(machine.number + 1, machine.now_s + INTERVAL_S, machine.now_s, 0)
    assert machine.strain.steps == 0


def test_a_machine_at_ease_gets_larger_pictures_again(machine: Machine) -> None:
    machine.encode(1.5, for_s=60.0)
    assert machine.encode(0.2, for_s=AT_EASE_S) == STEPS_MAX
    assert machine.encode(0.2, for_s=SETTLED_S) == STEPS_MAX - 1
    assert machine.encode(0.2, for_s=AT_EASE_S) == 0


def test_a_machine_no_longer_strained_tries_larger_pictures_later(machine: Machine) -> None:
    machine.encode(1.5, for_s=SETTLED_S)
    assert machine.encode(0.6, for_s=(CALM_TIMES - 1) * AT_EASE_S) == 1
    assert machine.encode(0.6, for_s=AT_EASE_S + SETTLED_S) == 0


def test_a_larger_picture_that_was_too_much_is_tried_less_and_less_often(machine: Machine) -> None:
    tries = []
    for minute in range(20):
        for _ in range(60):
            before = machine.strain.steps
            if machine.encode(0.2 if before else 1.5, for_s=1.0) < before:
                tries.append(minute)
    assert 5 <= len(tries) <= 10
    assert tries[-1] - tries[-2] > tries[1] - tries[0]


def test_strain_of_another_hour_does_not_keep_pictures_small_for_long(machine: Machine) -> None:
    for _ in range(3):
        machine.encode(1.5, for_s=SETTLED_S)
        machine.encode(0.2, for_s=400.0)
    machine.encode(1.5, for_s=SETTLED_S)
    assert machine.encode(0.2, for_s=AT_EASE_S + SETTLED_S) == 0


def test_a_machine_is_busy_until_it_is_at_ease_or_larger_pictures_are_tried(
    machine: Machine,
) -> None:
    machine.encode(1.5, for_s=SETTLED_S)
    assert machine.strain.is_busy
    machine.encode(0.6, for_s=SETTLED_S)
    assert machine.strain.is_busy
    machine.encode(0.2, for_s=SETTLED_S)
    assert not machine.strain.is_busy
    machine.encode(1.5, for_s=SETTLED_S)
    machine.encode(0.6, for_s=CALM_TIMES * AT_EASE_S + SETTLED_S)
    assert not machine.strain.is_busy
