"""What is known of a path from how late its packets come."""

import pytest

from desktop_app.engine.playback.lateness import (
    AGAIN_AFTER,
    AT_FIRST_S,
    DELAY_MAX_S,
    KNOWN_AFTER,
    LOOK_BACK,
    SPARE_AT_FIRST_S,
    SPARE_S,
    STEADY,
    Lateness,
)


def known(*late_s: float) -> Lateness:
    lateness = Lateness()
    for index in range(LOOK_BACK):
        lateness.note_arrival(late_s[index % len(late_s)])
    return lateness


def test_a_voice_begins_when_the_latest_packets_have_come() -> None:
    assert known(5.0, 5.02, 5.01).begins_after_s() == pytest.approx(5.02 + SPARE_AT_FIRST_S)


def test_before_a_path_is_known_more_is_held_back() -> None:
    lateness = Lateness()
    for _ in range(KNOWN_AFTER - 1):
        lateness.note_arrival(5.0)
    assert lateness.delay_s == pytest.approx(AT_FIRST_S)
    lateness.note_arrival(5.0)
    assert lateness.delay_s == 0.0


def test_nobody_waits_longer_than_the_longest_delay() -> None:
    assert known(5.0, 6.0).delay_s == pytest.approx(DELAY_MAX_S)


def test_what_was_late_is_forgotten_after_a_while() -> None:
    lateness = known(5.0, 5.1)
    for _ in range(LOOK_BACK):
        lateness.note_arrival(5.0)
    assert lateness.delay_s == 0.0


def test_only_what_even_the_latest_packets_do_not_need_is_spare() -> None:
    lateness = known(5.0, 5.02)
    for _ in range(STEADY):
        lateness.note_played(5.05)
    assert lateness.spare_s(0.0) == pytest.approx(0.03)
    assert lateness.spare_s(0.015) == pytest.approx(0.015)
    assert lateness.spare_s(0.03 - SPARE_S / 2) == 0.0


def test_after_a_change_nothing_is_spare_until_it_shows() -> None:
    lateness = known(5.0)
    for _ in range(STEADY):
        lateness.note_played(5.05)
    lateness.leave_out(0.02)
    assert lateness.spare_s(0.0) == 0.0
    for _ in range(AGAIN_AFTER):
        lateness.note_played(5.06)
    assert lateness.spare_s(0.0) == pytest.approx(0.03)


def test_a_missing_packet_may_come_while_others_were_later() -> None:
    lateness = known(5.0, 5.02)
    assert lateness.may_come(5.01)
    assert not lateness.may_come(5.02)


def test_single_stragglers_are_waited_for_by_nobody() -> None:
    lateness = known(5.0)
    for late_s in (5.08, 7.0):
        lateness.note_arrival(late_s)
    assert not lateness.may_come(5.01)
    assert lateness.delay_s == 0.0


def test_of_another_stream_nothing_is_known() -> None:
    lateness = known(5.0, 5.1)
    lateness.forget()
    lateness.note_arrival(900.0)
    assert lateness.delay_s == pytest.approx(AT_FIRST_S)


def test_a_path_that_became_longer_leaves_nothing_to_spare() -> None:
    lateness = known(5.0)
    for _ in range(STEADY):
        lateness.note_arrival(5.2)
        lateness.note_played(5.2)
    assert lateness.spare_s(0.0) == 0.0
