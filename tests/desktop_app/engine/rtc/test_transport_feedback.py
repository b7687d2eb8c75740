"""Feedback about packets: its bytes, and the logs at both ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.rtc import transport_feedback
from desktop_app.engine.rtc.packet_logs import FEEDBACK_EVERY_S, ArrivalLog, SentLog
from desktop_app.engine.rtc.transport_feedback import TICK_S, BadFeedback, Feedback


def written(feedback: Feedback) -> bytes:
    packet = transport_feedback.write(feedback, number=3, sender=1, source=2)
    assert len(packet) == 4 + int.from_bytes(packet[2:4], "big") * 4
    return packet[12:]


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.one_of(st.none(), st.integers(-200, 3_000)), max_size=300),
    st.integers(0, 1_000_000),
)
def test_what_was_written_is_read(first: int, steps: list[int | None], begin: int) -> None:
    ticks, arrived = begin + 1_000_000, []
    for step in [0, *steps]:
        ticks += step or 0
        arrived.append(None if step is None else ticks)
    feedback = Feedback(first, tuple(arrived))
    assert transport_feedback.read(written(feedback)) == feedback


def test_a_message_of_another_implementation_is_read() -> None:
    """As libwebrtc writes it: a run, a vector of one bit, and a vector of two."""
    payload = bytes.fromhex("0005 0018 000002 07 2003 bffc d200 0408 080c 0c0c".replace(" ", ""))
    payload += bytes([4] * 11) + bytes([8, 0xFF, 0xF8]) + bytes(2)
    feedback = transport_feedback.read(payload)
    assert feedback.first == 5
    assert len(feedback.arrived) == 24
    assert feedback.arrived[:3] == (2 * 256 + 4, 2 * 256 + 12, 2 * 256 + 20)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    try:
        feedback = transport_feedback.read(payload)
    except BadFeedback:
        return
    assert len(feedback.arrived) <= transport_feedback.PACKETS_MAX


def test_few_bytes_cannot_name_very_many_packets() -> None:
    payload = bytes.fromhex("0000ffff00000000") + bytes.fromhex("1fff") * 9
    with pytest.raises(BadFeedback):
        transport_feedback.read(payload)


def test_a_packet_is_found_again_with_its_times() -> None:
    sent, arrivals = SentLog(), ArrivalLog()
    for index in range(10):
        number = sent.next_number()
        sent.add(1_000 + index, now_s=index * 0.01)
        if index not in (3, 4):
            arrivals.note(number, now_s=5.0 + index * 0.01)
    feedback = arrivals.due(5.0 + FEEDBACK_EVERY_S + 0.1)
    assert feedback is not None
    carried = sent.take(feedback)
    assert [one.size for one in carried] == [1_000 + index for index in range(10)]
    assert [index for index, one in enumerate(carried) if one.arrived_s is None] == [3, 4]
    passed = [one.arrived_s - one.sent_s for one in carried if one.arrived_s is not None]
    assert max(passed) - min(passed) <= 2 * TICK_S
    assert sent.waiting_since_s is None


def test_numbers_wrap_round() -> None:
    sent, arrivals = SentLog(), ArrivalLog()
    found = 0
    for index in range(70_000):
        number = sent.next_number()
        sent.add(100, index * 0.001)
        arrivals.note(number, index * 0.001)
        if (feedback := arrivals.due(index * 0.001)) is not None:
            found += len(sent.take(feedback))
    assert found > 69_900


def test_feedback_about_what_was_never_sent_is_nothing() -> None:
    sent = SentLog()
    sent.next_number()
    sent.add(100, 0.0)
    assert sent.take(Feedback(30_000, (1, 2, 3))) == []


def test_a_lost_message_leaves_nothing_behind() -> None:
    sent, arrivals = SentLog(), ArrivalLog()
    for index in range(200):
        arrivals.note(sent.next_number(), index * 0.01)
        sent.add(100, index * 0.01)
        feedback = arrivals.due(index * 0.01)
        if feedback is not None and index > 150:
            sent.take(feedback)
    assert len(sent._sent) <= 6


def test_a_leap_of_the_numbers_begins_anew() -> None:
    arrivals = ArrivalLog()
    arrivals.note(5, 0.0)
    arrivals.note(40_000, 0.01)
    feedback = arrivals.due(0.1)
    assert feedback is not None
    assert (feedback.first, len(feedback.arrived)) == (40_000, 1)


def test_numbers_that_leap_again_and_again_are_bounded() -> None:
    arrivals = ArrivalLog()
    for leap in range(500):
        arrivals.note(leap * 999 & 0xFFFF, 0.0)
    feedback = arrivals.due(0.1)
    assert feedback is not None
    assert len(feedback.arrived) <= 2_000


def test_times_on_both_sides_of_a_long_pause_are_told_as_they_were() -> None:
    arrivals = ArrivalLog()
    came_s = (0.0, 0.01, 12.0, 12.06, 12.12)
    told: list[float] = []
    for number, at_s in enumerate(came_s):
        arrivals.note(number, at_s)
        if (feedback := arrivals.due(at_s)) is not None:
            read = transport_feedback.read(written(feedback))
            told += [ticks * TICK_S for ticks in read.arrived if ticks is not None]

    assert told == pytest.approx(came_s, abs=TICK_S)
