"""From samples to packets."""

import time

import numpy as np

from desktop_app.engine.capture.microphone import (
    CHANGED_WITHIN,
    PAUSE_AFTER,
    PAUSE_EVERY,
    MicrophoneLine,
)
from desktop_app.engine.capture.sample_clock import DEVICE_S
from desktop_app.engine.capture.sound_source import BUFFER_US
from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_encoder import (
    LONG_FRAME,
    LOOKAHEAD_S,
    SAMPLE_RATE,
    SAMPLES_PER_FRAME,
)
from desktop_app.engine.rtc.redundancy import REPEATED_WITHIN

AFTER, EVERY = PAUSE_AFTER // SAMPLES_PER_FRAME, PAUSE_EVERY // SAMPLES_PER_FRAME


class Line(MicrophoneLine):
    """Keeps its packets."""

    def __init__(self) -> None:
        self.packets: list[EncodedPacket] = []
        super().__init__(self.packets.append)
        self.sending = True

    def speak(self, frames: int) -> list[int]:
        return self.times_of(Voice(200.0).next(frames * SAMPLES_PER_FRAME))

    def fall_silent(self, frames: int) -> list[int]:
        return self.times_of(np.zeros(frames * SAMPLES_PER_FRAME, dtype=np.int16))

    def times_of(self, samples: np.ndarray) -> list[int]:
        """Return the times, in frames, of the packets that samples gave."""
        before = len(self.packets)
        for start in range(0, len(samples), SAMPLES_PER_FRAME // 2):
            self.push(samples[start : start + SAMPLES_PER_FRAME // 2])
        return [packet.pts // SAMPLES_PER_FRAME for packet in self.packets[before:]]


def test_a_voice_gives_a_packet_every_10_ms() -> None:
    assert Line().speak(50) == list(range(50))


def test_all_that_a_device_holds_is_sent_though_it_comes_at_once() -> None:
    line = Line()
    line.speak(5)
    line.push(Voice(200.0).next(SAMPLES_PER_FRAME // 2))
    line.push(Voice(200.0).next(SAMPLE_RATE * BUFFER_US // 1_000_000))
    assert len(line.packets) == 5 + BUFFER_US // 10_000


def test_nothing_is_encoded_while_nobody_listens() -> None:
    line = Line()
    line.sending = False
    assert line.speak(10) == []
    assert line.meter.take() > 0.5


def test_in_a_silence_sending_pauses_and_time_goes_on() -> None:
    line = Line()
    line.speak(5)
    sent = line.fall_silent(AFTER + 3 * EVERY)
    first = 5 + AFTER
    assert sent[:AFTER] == list(range(5, first))
    assert sent[AFTER:] == [first - 1 + n * EVERY for n in (1, 2, 3)]
    end = first + 3 * EVERY
    assert line.speak(5) == list(range(end, end + 5))


def test_a_muted_microphone_pauses_too_and_shows_its_level() -> None:
    line = Line()
    line.muted = True
    assert len(line.speak(100)) < AFTER + 100 / EVERY + 1
    assert line.meter.take() > 0.5


def test_long_frames_are_half_as_many_and_time_goes_on() -> None:
    line = Line()
    line.fall_silent(6)
    line.use_long_frames(True)
    line.fall_silent(1)
    line.speak(10)
    steps = np.diff([packet.pts for packet in line.packets]).tolist()
    assert steps == [SAMPLES_PER_FRAME] * 7 + [LONG_FRAME] * 4
    assert max(steps) <= REPEATED_WITHIN


def test_frames_change_between_words_or_after_two_seconds() -> None:
    line = Line()
    line.speak(10)
    line.use_long_frames(True)
    line.speak(CHANGED_WITHIN // SAMPLES_PER_FRAME + 20)
    steps = np.diff([packet.pts for packet in line.packets]).tolist()
    short = steps.count(SAMPLES_PER_FRAME)
    assert short == 10 + CHANGED_WITHIN // SAMPLES_PER_FRAME
    assert set(steps[short:]) == {LONG_FRAME}


def test_music_has_long_frames_from_the_first_to_the_last() -> None:
    line = Line()
    line.play_music(True)
    line.speak(10)
    line.use_long_frames(True)
    line.speak(10)
    line.use_long_frames(False)
    line.speak(CHANGED_WITHIN // SAMPLES_PER_FRAME + 20)
    steps = np.diff([packet.pts for packet in line.packets]).tolist()
    assert set(steps) == {LONG_FRAME}


def test_a_packet_tells_when_its_sound_was_captured_before_it_was_filtered() -> None:
    line = Line()
    before = time.monotonic()
    line.push(np.zeros(SAMPLES_PER_FRAME, dtype=np.int16), held_back_s=1.0)
    after = time.monotonic()
    (packet,) = line.packets
    held_s = 1.0 + LOOKAHEAD_S + DEVICE_S + SAMPLES_PER_FRAME / SAMPLE_RATE
    rounding_s = 1e-6
    assert before - rounding_s <= packet.opaque / 1e9 + held_s <= after + rounding_s
