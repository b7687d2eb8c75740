"""A voice over networks that delay, lose and disorder its packets; time is played, not waited."""

import random
from collections.abc import Callable, Iterable

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
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.playback.voice_stream import WAITING_MAX, VoicePacket, VoiceStream

FRAME_S = SAMPLES_PER_FRAME / SAMPLE_RATE
A_SECOND = SAMPLE_RATE // SAMPLES_PER_FRAME
"""Of packets."""
TICK_S = 0.005
BEGINS_S = 0.0013
"""The speaker does not ask when packets come."""
TICK = round(TICK_S * SAMPLE_RATE)
VOICE_HZ = 180.0
FIRST_SEQUENCE = 0xFFF0
FIRST_TIMESTAMP = 0xFFFF_F000

Arrival = tuple[float, VoicePacket]


def packets(seconds: float, fundamental_hz: float = VOICE_HZ) -> list[VoicePacket]:
    """Return a voice in packets whose numbers wrap round soon."""
    encoder, voice = SoundEncoder(), Voice(fundamental_hz)
    made = []
    for index in range(round(seconds / FRAME_S)):
        packet = encoder.encode(voice.next(SAMPLES_PER_FRAME))
        assert packet is not None
        made.append(
            VoicePacket(
                (FIRST_SEQUENCE + index) & 0xFFFF,
                (FIRST_TIMESTAMP + index * SAMPLES_PER_FRAME) & 0xFFFF_FFFF,
                bytes(packet),
            )
        )
    return made


def on_time(made: list[VoicePacket], delay_s: Callable[[], float] = lambda: 0.0) -> list[Arrival]:
    return [(index * FRAME_S + delay_s(), packet) for index, packet in enumerate(made)]


def with_pauses(made: list[VoicePacket], pauses: list[tuple[int, int]]) -> list[Arrival]:
    """Return packets on time, without those of pauses, and numbered as if these did not exist."""
    kept = [
        (index * FRAME_S, packet)
        for index, packet in enumerate(made)
        if not any(begin <= index < end for begin, end in pauses)
    ]
    return [
        (at, VoicePacket((FIRST_SEQUENCE + number) & 0xFFFF, packet.timestamp, packet.data))
        for number, (at, packet) in enumerate(kept)
    ]


class Lips(LipSync):
    """Lets the voice wait for what a test says."""

    late_s = 0.0

    @property
    def voice_waits_s(self) -> float:
        return self.late_s


class Listener:
    """Plays arrivals by a clock of its own."""

    def __init__(self) -> None:
        self.now = BEGINS_S
        self.lips = Lips(lambda: self.now)
        self.stream = VoiceStream(lambda: self.now, self.lips)
        self.playout = Playout()
        self.playout.play(self.stream.next_samples)
        self._coming: list[Arrival] = []

    def listen(self, arrivals: Iterable[Arrival], until_s: float) -> np.ndarray:
        """Return what was heard until then; what arrives later is kept for the next time."""
        coming = self._coming = sorted([*self._coming, *arrivals], key=lambda arrival: arrival[0])
        heard = []
        while self.now < until_s:
            while coming and coming[0][0] <= self.now:
                self.stream.take(coming.pop(0)[1])
            heard.append(self.playout.pull(TICK))
            self.now += TICK_S
        return np.concatenate(heard)

    @property
    def held_s(self) -> float:
        """How long what is played now has waited here, what is in the playout included."""
        stream = self.stream
        assert stream._newest is not None
        return (stream._newest[1] + SAMPLES_PER_FRAME - stream._at) / SAMPLE_RATE


def longest_silence_s(heard: np.ndarray) -> float:
    """Return the longest time, in steps of 5 ms, in which nothing was heard."""
    loud = np.abs(heard[: len(heard) // 240 * 240].reshape(-1, 240)).max(axis=1) > 400
    longest = current = 0
    for heard_now in loud:
        current = 0 if heard_now else current + 1
        longest = max(longest, current)
    return longest * 0.005


def worst_step(heard: np.ndarray) -> int:
    return int(np.abs(np.diff(heard.astype(np.int32))).max())


@pytest.fixture(scope="module")
def voice() -> list[VoicePacket]:
    return packets(20.0)


@pytest.fixture(scope="module")
def even_step(voice: list[VoicePacket]) -> int:
    """The worst step between two samples where nothing is lost: more than twice it is a click."""
    return worst_step(Listener().listen(on_time(voice), 19.0)[SAMPLE_RATE:])


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
