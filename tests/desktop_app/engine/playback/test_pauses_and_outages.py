"""A voice whose sender pauses, and whose packets stay away for a while."""

import random

import pytest

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE, SAMPLES_PER_FRAME
from desktop_app.engine.playback.lateness import DELAY_MAX_S
from desktop_app.engine.playback.voice_stream import VoicePacket
from tests.desktop_app.engine.playback.listener import (
    A_SECOND,
    FRAME_S,
    Arrival,
    Listener,
    longest_silence_s,
    on_time,
    with_pauses,
)


@pytest.mark.parametrize("seconds", [0.1, 0.13, 0.16, 0.19, 0.31, 1.0])
def test_what_an_outage_makes_up_is_counted_when_all_comes_at_once(
    voice: list[VoicePacket], seconds: float
) -> None:
    listener = Listener()
    arrivals = [
        (4.0 + seconds if 4.0 <= at < 4.0 + seconds else at, packet)
        for at, packet in on_time(voice)
    ]
    listener.listen(arrivals, 7.0)
    counts = listener.stream.counts

    heard_late_s = DELAY_MAX_S if seconds > 0.5 else 0.0
    assert counts.gaps == 1
    assert counts.concealed / SAMPLE_RATE == pytest.approx(seconds - heard_late_s, abs=0.04)
    assert listener.held_s <= DELAY_MAX_S + FRAME_S


def test_after_a_stall_old_sound_is_left_out(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = [(max(at, 4.0) if 3.0 < at < 4.0 else at, packet) for at, packet in on_time(voice)]
    listener.listen(arrivals, 4.5)

    assert listener.held_s <= DELAY_MAX_S + FRAME_S
    assert listener.stream.counts.late_packets > 0.7 * A_SECOND
    assert listener.stream.counts.concealed > 0.7 * SAMPLE_RATE


def test_a_pause_of_the_sender_is_no_loss(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = with_pauses(voice, [(2 * A_SECOND, 3 * A_SECOND)])
    heard = listener.listen(arrivals, 6.0)

    assert listener.stream.counts.concealed == 0
    assert longest_silence_s(heard[SAMPLE_RATE // 10 :]) > 0.9


def test_pauses_make_the_delay_no_longer(voice: list[VoicePacket]) -> None:
    dice = random.Random(3)
    pauses = []
    at = A_SECOND
    while at < 18 * A_SECOND:
        pauses.append((at, at + dice.randrange(1, A_SECOND // 3)))
        at = pauses[-1][1] + dice.randrange(A_SECOND // 10, A_SECOND)
    listener = Listener()
    arrivals = with_pauses(voice, pauses)
    listener.listen([(at + dice.uniform(0, 0.004), packet) for at, packet in arrivals], 19.0)

    assert listener.held_s < 0.06
    assert listener.stream.counts.concealed == 0


def test_after_a_pause_a_voice_waits_no_longer_than_its_path_asks(voice: list[VoicePacket]) -> None:
    listener = Listener()
    pause = (round(8.1 * A_SECOND), round(8.3 * A_SECOND))
    arrivals = with_pauses(voice, [pause])
    shaken = [
        (at + (0.06 if index % 3 else 0.0), one)
        for index, (at, one) in enumerate(arrivals[: 5 * A_SECOND])
    ]
    listener.listen(shaken, 5.0)
    listener.listen(arrivals[5 * A_SECOND :], 7.9)
    before = listener.held_s
    listener.listen([], 8.5)

    assert before >= 0.055
    assert listener.held_s < 0.04


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.29, 0.5])
def test_after_a_pause_a_voice_waits_for_its_latest_packets(
    voice: list[VoicePacket], seconds: float
) -> None:
    listener = Listener()
    begins, ends = 4 * A_SECOND, round((4 + seconds) * A_SECOND)
    arrivals = [
        (at + (0.0 if index % 2 else 0.03), packet)
        for index, (at, packet) in enumerate(with_pauses(voice, [(begins, ends)]))
    ]
    listener.listen(arrivals[:begins], 4.0)
    before = listener.stream.counts.concealed
    listener.listen(arrivals[begins:], 6.0)

    assert listener.stream.counts.concealed == before


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.29, 0.5])
def test_a_burst_of_lost_packets_counts_as_what_it_was(
    voice: list[VoicePacket], seconds: float
) -> None:
    listener = Listener()
    lost = range(4 * A_SECOND, round((4 + seconds) * A_SECOND))
    kept = [a for index, a in enumerate(on_time(voice)) if index not in lost]
    listener.listen(kept, 6.0)
    counts = listener.stream.counts

    assert counts.concealed / SAMPLE_RATE == pytest.approx(seconds, abs=0.02)
    assert counts.gaps == 1


@pytest.mark.parametrize("step_s", [0.2, -0.2])
def test_a_path_that_becomes_longer_or_shorter_is_followed(
    voice: list[VoicePacket], step_s: float
) -> None:
    listener = Listener()
    before_s, after_s = max(0.0, -step_s), max(0.0, step_s)
    arrivals = [(at + (before_s if at < 4.0 else after_s), one) for at, one in on_time(voice)]
    listener.listen(arrivals, 6.0)
    counts = listener.stream.counts
    before, gaps = counts.concealed, counts.gaps
    listener.listen([], 14.0)

    assert gaps <= 1
    assert counts.concealed == before
    assert listener.held_s - after_s < 0.06


def test_a_repeated_packet_is_not_heard_again_after_an_outage(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = on_time(voice[: 2 * A_SECOND])
    last, following = voice[2 * A_SECOND - 1], voice[2 * A_SECOND]
    again = VoicePacket(last.sequence, last.timestamp, last.data, repeated=True)
    arrivals += [(2.8, again), (2.8, following)]
    listener.listen(arrivals, 3.5)

    assert listener.stream.counts.real == (2 * A_SECOND + 1) * SAMPLES_PER_FRAME


def test_pauses_of_which_packets_are_lost_are_no_voice(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = with_pauses(voice, [(2 * A_SECOND, 3 * A_SECOND)])
    del arrivals[2 * A_SECOND]
    listener.listen(arrivals, 6.0)

    assert listener.stream.counts.concealed == SAMPLES_PER_FRAME


def test_empty_packets_in_a_pause_are_no_lost_voice(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals: list[Arrival] = []
    for index, (at, packet) in enumerate(on_time(voice[: 4 * A_SECOND])):
        pauses = A_SECOND <= index < 2 * A_SECOND
        if not pauses or index % 5 == 0:
            data = b"" if pauses else packet.data
            arrivals.append((at, VoicePacket(len(arrivals), packet.timestamp, data)))
    listener.listen(arrivals, 4.0)

    assert listener.stream.counts.concealed == 0
    assert listener.stream.counts.real == 3 * SAMPLE_RATE
