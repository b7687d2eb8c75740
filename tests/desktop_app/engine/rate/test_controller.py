"""What the controller makes of links, in simulated time."""

import pytest

from desktop_app.engine.rate.controller import FLOOR_BPS, START_BPS, RateController
from desktop_app.engine.rate.path import Path, ReportedPath, Seen
from tests.desktop_app.engine.rate.simulated_link import Link, SimulatedCall

FULL_BPS = 2_500_000
SQUEEZED_BPS = 400_000


def test_a_free_link_is_used_in_full_soon() -> None:
    call = SimulatedCall(Link())
    assert call.rate_bps() == START_BPS
    call.run(5)
    assert call.rate_bps() >= FULL_BPS


@pytest.mark.parametrize("queue_s", [2.0, 0.4, 0.05])
def test_a_link_that_falls_is_given_no_more_than_it_carries_and_is_used_again_after(
    queue_s: float,
) -> None:
    call = SimulatedCall(Link(queue_s=queue_s))
    call.run(10)
    call.link.capacity_bps = SQUEEZED_BPS
    call.run(20)
    assert call.longest_queue_s(since_s=13) < 0.2
    assert call.lowest_bps(since_s=13) > 0.7 * SQUEEZED_BPS
    call.link.capacity_bps = None
    call.run(10)
    assert call.first_at(FULL_BPS, since_s=30) < 7


@pytest.mark.parametrize("percent", [3, 10])
def test_random_loss_is_left_to_repairs(percent: int) -> None:
    call = SimulatedCall(Link(loss=percent / 100))
    call.run(60)
    assert call.lowest_bps(since_s=5) >= FULL_BPS


@pytest.mark.parametrize("capacity_bps", [200_000, 600_000, 1_500_000])
def test_a_slow_link_is_used_and_its_queue_stays_short(capacity_bps: float) -> None:
    call = SimulatedCall(Link(capacity_bps=capacity_bps))
    call.run(40)
    assert call.standing_s(since_s=5) < 0.1
    assert call.longest_queue_s(since_s=5) < 0.25
    assert call.lowest_bps(since_s=5) > 0.7 * capacity_bps


def test_packets_that_come_unevenly_are_no_queue() -> None:
    call = SimulatedCall(Link(jitter_s=0.04))
    call.run(20)
    assert call.lowest_bps(since_s=5) >= FULL_BPS


@pytest.mark.parametrize("stall_s", [0.1, 0.25])
def test_a_moment_in_which_nothing_comes_is_no_slow_line(stall_s: float) -> None:
    call = SimulatedCall(Link())
    call.run(10)
    call.link.stalled_until_s = 10 + stall_s
    call.run(2)
    assert call.rate_bps() >= FULL_BPS


def test_a_path_that_becomes_longer_is_not_taken_for_full_for_ever() -> None:
    call = SimulatedCall(Link())
    call.run(10)
    call.link.delay_s += 0.12
    call.run(15)
    assert call.rate_bps() >= FULL_BPS


def test_after_a_silence_it_begins_low() -> None:
    call = SimulatedCall(Link())
    call.run(5)
    call.controller.begin_low()
    assert call.rate_bps() < START_BPS
    call.run(5)
    assert call.rate_bps() >= FULL_BPS


def test_the_other_side_sets_a_limit() -> None:
    call = SimulatedCall(Link())
    call.controller.limit_bps = 800_000
    call.run(5)
    assert call.rate_bps() == 800_000


def test_plain_reports_are_followed_where_there_is_nothing_better() -> None:
    controller, path = RateController(), ReportedPath()
    for second in range(6):
        path.take(0.0, 0.05, controller.rate_bps)
        controller.update(float(second), path)
    grown = controller.rate_bps
    assert grown > 2 * START_BPS
    path.take(0.2, 0.4, grown)
    controller.update(7.0, path)
    assert controller.rate_bps < grown * 0.8


def test_nothing_is_concluded_from_nothing() -> None:
    controller = RateController()
    controller.update(1.0, Path())
    assert controller.rate_bps == START_BPS
    assert START_BPS > FLOOR_BPS


class Shown:
    """A path that is whatever the test says."""

    def __init__(self) -> None:
        self.now = Seen(0.0, 0.0, 0.0, 2_000_000.0, 2_000_000.0, 2_000_000.0)

    def seen(self) -> Seen:
        return self.now

    def accept_delay(self) -> None: ...


def test_a_queue_that_is_gone_at_once_was_no_full_line() -> None:
    controller, path = RateController(2_000_000.0), Shown()
    controller.update(0.0, path)
    free, path.now = path.now, Seen(0.08, 0.1, 0.05, 400_000.0, 180_000.0, 900_000.0)
    controller.update(0.1, path)
    assert controller.rate_bps < 200_000
    path.now = free
    controller.update(0.2, path)
    assert controller.rate_bps > 1_700_000


def test_a_queue_that_takes_its_time_was_a_full_line() -> None:
    controller, path = RateController(2_000_000.0), Shown()
    controller.update(0.0, path)
    free, path.now = path.now, Seen(0.3, 0.3, 0.0, 400_000.0, 400_000.0, 900_000.0)
    controller.update(0.1, path)
    path.now = free
    controller.update(0.7, path)
    assert controller.rate_bps < 600_000


def test_overdue_feedback_halves_the_rate_until_it_shows_an_empty_queue() -> None:
    controller, path = RateController(2_000_000.0), Shown()
    controller.update(0.0, path)
    for tenth in range(3):
        controller.doubt(0.2 + tenth / 10)
    assert controller.rate_bps == 1_000_000
    controller.update(0.45, path)
    assert controller.rate_bps >= 1_800_000
