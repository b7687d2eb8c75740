"""A voice over networks that delay, lose and disorder its packets."""

import random

import numpy as np
import pytest

from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.codec.sound_encoder import (
    LONG_FRAME,
    SAMPLE_RATE,
    SAMPLES_PER_FRAME,
    SoundEncoder,
)
from desktop_app.engine.playback.lateness import DELAY_MAX_S
from desktop_app.engine.playback.voice_stream import WAITING_MAX, VoicePacket
from tests.desktop_app.engine.playback.listener import (
    A_SECOND,
    FRAME_S,
    VOICE_HZ,
    Listener,
    longest_silence_s,
    on_time,
    with_pauses,
    worst_step,
)


def test_an_even_stream_is_played_whole_and_soon(voice: list[VoicePacket]) -> None:
    listener = Listener()
    heard = listener.listen(on_time(voice), 19.0)

    assert listener.stream.counts.concealed == 0
    assert np.flatnonzero(np.abs(heard) > 400)[0] < 0.08 * SAMPLE_RATE
    assert listener.held_s < 0.06


def test_numbers_that_wrap_round_change_nothing(voice: list[VoicePacket]) -> None:
    listener = Listener()
    heard = listener.listen(on_time(voice), 2.0)

    assert longest_silence_s(heard[SAMPLE_RATE // 10 :]) == 0.0
    assert listener.stream.counts.late_packets == 0


@pytest.mark.parametrize("percent", [3, 10])
def test_lost_packets_are_made_up_without_gap_or_click(
    voice: list[VoicePacket], even_step: int, percent: int
) -> None:
    dice = random.Random(percent)
    listener = Listener()
    kept = [a for a in on_time(voice) if dice.random() > percent / 100]
    heard = listener.listen(kept, 19.0)[SAMPLE_RATE // 10 :]
    counts = listener.stream.counts

    assert counts.real_percent == pytest.approx(100 - percent, abs=2)
    assert counts.real / SAMPLES_PER_FRAME == pytest.approx(len(kept) * 0.95, rel=0.01)
    assert longest_silence_s(heard) <= 0.06
    assert worst_step(heard) < 2 * even_step
    assert listener.held_s < 0.09


@pytest.mark.parametrize(("percent", "real"), [(3, 99.0), (10, 95.0)])
def test_single_losses_are_repaired_by_the_next_packet(
    voice: list[VoicePacket], even_step: int, percent: int, real: float
) -> None:
    dice = random.Random(percent)
    listener = Listener()
    arrivals = []
    for before, (at, packet) in zip(voice, on_time(voice)[1:], strict=False):
        if dice.random() > percent / 100:
            repeated = VoicePacket(before.sequence, before.timestamp, before.data, repeated=True)
            arrivals += [(at, repeated), (at, packet)]
    heard = listener.listen(arrivals, 19.0)[SAMPLE_RATE // 10 :]

    assert listener.stream.counts.real_percent > real
    assert listener.stream.counts.late_packets == 0
    assert longest_silence_s(heard) == 0.0
    assert worst_step(heard) < 2 * even_step
    assert listener.held_s < 0.1


def test_the_delay_follows_the_jitter_up_and_down(voice: list[VoicePacket]) -> None:
    dice = random.Random(1)
    listener = Listener()
    shaken = on_time(voice[: 8 * A_SECOND], lambda: dice.choice((0.0, 0.0, 0.06)))
    listener.listen(shaken, 4.0)
    before = listener.stream.counts.concealed
    listener.listen([], 8.0)
    while_shaken = listener.held_s

    assert listener.stream.counts.concealed == before
    assert 0.06 <= while_shaken <= DELAY_MAX_S + 0.02
    listener.listen(on_time(voice)[8 * A_SECOND :], 18.0)
    assert listener.held_s < while_shaken - 0.03
    assert listener.stream.counts.concealed == before


def test_disorder_within_the_delay_is_put_in_order(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = on_time(voice)
    for index in range(A_SECOND, 8 * A_SECOND, 7):
        (early, one), (late, other) = arrivals[index], arrivals[index + 1]
        arrivals[index : index + 2] = [(late, one), (early, other)]
    listener.listen(arrivals, 9.0)

    assert listener.stream.counts.real_percent > 99
    assert listener.stream.counts.late_packets == 0


def test_a_packet_later_than_its_turn_is_dropped(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = on_time(voice)
    arrivals[A_SECOND] = (arrivals[A_SECOND][0] + 0.3, arrivals[A_SECOND][1])
    listener.listen(arrivals, 3.0)

    assert listener.stream.counts.late_packets == 1
    assert listener.stream.counts.concealed == SAMPLES_PER_FRAME


def test_a_straggler_that_no_delay_would_save_makes_no_gap_of_the_next_loss(
    voice: list[VoicePacket],
) -> None:
    listener = Listener()
    arrivals = on_time(voice)
    arrivals[2 * A_SECOND] = (arrivals[2 * A_SECOND][0] + 0.2, arrivals[2 * A_SECOND][1])
    del arrivals[3 * A_SECOND]
    listener.listen(arrivals, 6.0)

    assert listener.stream.counts.concealed == 2 * SAMPLES_PER_FRAME
    assert listener.stream.counts.gaps == 0


def test_a_browsers_longer_packets_are_played_and_counted_as_long(voice: list[VoicePacket]) -> None:
    encoder, speaker, listener = SoundEncoder(long_frames=True), Voice(VOICE_HZ), Listener()
    arrivals = []
    for index in range(10 * A_SECOND // 2):
        packet = encoder.encode(speaker.next(LONG_FRAME))
        assert packet is not None
        one = VoicePacket(index, index * LONG_FRAME, bytes(packet))
        if not 100 <= index < 110:
            arrivals.append((index * LONG_FRAME / SAMPLE_RATE, one))
    listener.listen(arrivals, 9.0)

    assert listener.stream.counts.concealed == 10 * LONG_FRAME
    assert listener.held_s < 0.06


def test_a_voice_waits_for_late_lips_without_a_hole(voice: list[VoicePacket]) -> None:
    listener = Listener()
    arrivals = with_pauses(voice, [(8 * A_SECOND, round(8.3 * A_SECOND))])
    listener.lips.late_s = 0.14
    listener.listen(arrivals, 8.0)
    before = listener.stream.counts.concealed
    heard = listener.listen([], 12.0)

    assert listener.held_s > 0.12
    assert listener.stream.counts.concealed == before
    assert listener.stream.counts.late_packets == 0
    assert longest_silence_s(heard[round(0.6 * SAMPLE_RATE) :]) == 0.0


def test_packets_that_are_overtaken_by_more_than_the_delay_make_it_longer(
    voice: list[VoicePacket],
) -> None:
    listener = Listener()
    pauses = [(at, at + A_SECOND // 5) for at in range(A_SECOND, 19 * A_SECOND, 2 * A_SECOND)]
    arrivals = [
        (at + (0.05 if index % 20 == 7 else 0.0), packet)
        for index, (at, packet) in enumerate(with_pauses(voice, pauses))
    ]
    listener.listen(arrivals, 10.0)
    before = listener.stream.counts.late_packets
    listener.listen([], 19.0)

    assert before > 0
    assert listener.stream.counts.late_packets == before


def test_a_leap_in_the_numbers_begins_anew(voice: list[VoicePacket]) -> None:
    listener = Listener()
    leapt = [VoicePacket(p.sequence ^ 0x4000, p.timestamp ^ 0x4000_0000, p.data) for p in voice]
    leap = 2 * A_SECOND
    listener.listen(on_time(voice[:leap]) + on_time(leapt)[leap:], 4.0)

    assert listener.stream.counts.real / SAMPLES_PER_FRAME > 3.8 * A_SECOND


def test_what_waits_is_bounded(voice: list[VoicePacket]) -> None:
    listener = Listener()
    for packet in voice[: 2 * WAITING_MAX]:
        listener.stream.take(packet)
    assert len(listener.stream._waiting) == WAITING_MAX


def test_hostile_packets_are_survived_and_bounded(voice: list[VoicePacket]) -> None:
    dice = random.Random(5)
    listener = Listener()
    noise = [
        (
            dice.random() * 3,
            VoicePacket(
                dice.getrandbits(16), dice.getrandbits(32), dice.randbytes(dice.choice((0, 1, 90)))
            ),
        )
        for _ in range(5_000)
    ]
    listener.listen(noise, 3.5)
    before = listener.stream.counts.real
    listener.listen([(at + 3.5, packet) for at, packet in on_time(voice[: 2 * A_SECOND])], 5.5)

    assert listener.stream.counts.real - before > 1.6 * SAMPLE_RATE


def test_empty_packets_change_nothing(voice: list[VoicePacket]) -> None:
    listener = Listener()
    packets_and_probes: list[VoicePacket] = []
    for packet in voice[: 2 * A_SECOND]:
        for data in (packet.data, b""):
            number = len(packets_and_probes)
            packets_and_probes.append(VoicePacket(number, packet.timestamp, data))
    arrivals = [(index // 2 * FRAME_S, one) for index, one in enumerate(packets_and_probes)]
    listener.listen(arrivals, until_s=2.0)
    counts = listener.stream.counts
    assert counts.concealed == 0
    assert counts.real >= 1.8 * SAMPLE_RATE
