"""Repeating and leaving out periods."""

import numpy as np
import pytest

from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.levels import tone_levels
from desktop_app.engine.playback.waveform import Continuation, shorten

FRAME = SAMPLE_RATE // 50
PITCHES_HZ = (95.0, 180.0, 240.0, 390.0)


def steps(samples: np.ndarray) -> int:
    return int(np.abs(np.diff(samples.astype(np.int32))).max())


@pytest.mark.parametrize("hz", PITCHES_HZ)
def test_a_missing_frame_sounds_like_the_ones_around_it(hz: float) -> None:
    voice = Voice(hz).next(12 * FRAME)
    continuation = Continuation()
    before, after = voice[: 6 * FRAME], voice[7 * FRAME :]
    heard = np.concatenate(
        (continuation.follow(before), continuation.make_up(FRAME), continuation.follow(after))
    )

    made_up = heard[6 * FRAME : 7 * FRAME]
    level, other = tone_levels(made_up, SAMPLE_RATE, [hz, 1.5 * hz])
    assert level > 0.8 * tone_levels(before[-FRAME:], SAMPLE_RATE, [hz])[0]
    assert other < level
    assert steps(heard) < 1.5 * steps(voice)


def test_what_is_made_up_fades_and_is_over_after_60_ms() -> None:
    continuation = Continuation()
    continuation.follow(Voice(180.0).next(6 * FRAME))
    made_up = [np.abs(continuation.make_up(FRAME).astype(int)).max() for _ in range(4)]

    assert made_up[0] > made_up[1] > made_up[2] > 0
    assert made_up[3] == 0


def test_before_anything_was_played_silence_is_made_up() -> None:
    assert not Continuation().make_up(FRAME).any()


def test_noise_goes_on_without_a_click() -> None:
    noise = np.random.default_rng(1).normal(0, 1_000, 6 * FRAME).astype(np.int16)
    continuation = Continuation()
    heard = np.concatenate((continuation.follow(noise), continuation.make_up(4 * FRAME)))

    assert steps(heard[5 * FRAME :]) < 1.2 * steps(noise)


@pytest.mark.parametrize("hz", (180.0, 240.0, 390.0))
def test_a_voice_is_shortened_by_whole_periods(hz: float) -> None:
    frame = Voice(hz).next(7 * FRAME)[6 * FRAME :]
    shorter = shorten(frame)
    periods = (len(frame) - len(shorter)) * hz / SAMPLE_RATE

    assert round(periods) >= 1
    assert periods == pytest.approx(round(periods), abs=0.05)
    assert steps(shorter) <= 1.2 * steps(frame)


def test_a_loud_sound_without_periods_is_left_as_it_is() -> None:
    noise = np.random.default_rng(2).normal(0, 3_000, FRAME).astype(np.int16)
    assert len(shorten(noise)) == FRAME


def test_silence_is_shortened() -> None:
    assert len(shorten(np.zeros(FRAME, dtype=np.int16))) < FRAME
