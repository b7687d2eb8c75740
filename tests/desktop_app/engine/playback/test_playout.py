"""The buffer in front of the speaker."""

import numpy as np
import pytest

from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.levels import Meter, tone_levels
from desktop_app.engine.playback.playout import DROP_BEYOND, START_AT, Playout

RATE = 48_000
FRAME = 960


def ones(count: int, value: int = 1_000) -> np.ndarray:
    return np.full(count, value, dtype=np.int16)


def test_silence_is_played_while_nothing_has_come() -> None:
    assert not Playout().pull(FRAME).any()


def test_playing_starts_once_enough_waits_and_loses_nothing() -> None:
    playout = Playout()
    playout.push(ones(FRAME))
    assert not playout.pull(FRAME).any()
    playout.push(ones(START_AT - FRAME))
    assert (playout.pull(START_AT) == 1_000).all()


def test_a_gap_is_silence_and_delay_does_not_grow_afterwards() -> None:
    playout = Playout()
    for _ in range(50):
        playout.push(ones(FRAME))
    waiting = 0
    while playout.pull(FRAME).any():
        waiting += FRAME
    assert waiting <= DROP_BEYOND


def test_volume_is_in_what_is_measured() -> None:
    playout = Playout()
    voice = Voice(500.0)
    playout.volume = 0.5
    for _ in range(40):
        playout.push(voice.next(FRAME))
        playout.pull(FRAME)
    half = tone_levels(playout.last_played(), RATE, [500.0])[0]
    playout.volume = 1.0
    for _ in range(40):
        playout.push(voice.next(FRAME))
        playout.pull(FRAME)
    assert half == pytest.approx(tone_levels(playout.last_played(), RATE, [500.0])[0] / 2, rel=0.1)


def test_loud_sounds_together_do_not_wrap_round() -> None:
    playout = Playout()
    playout.push(ones(START_AT, 30_000))
    playout.add_sound(ones(START_AT, 30_000))
    assert (playout.pull(START_AT) == 32_767).all()


@pytest.mark.parametrize("hz", [180.0, 440.0, 1_000.0])
def test_a_voice_is_found_at_its_fundamental_only(hz: float) -> None:
    samples = Voice(hz).next(RATE // 2)
    heard, beside = tone_levels(samples, RATE, [hz, hz * 1.3])
    assert heard > 0.08
    assert beside < heard / 50


def test_a_meter_shows_the_peak_since_the_last_look() -> None:
    meter = Meter()
    assert meter.take() == 0.0
    meter.add(ones(10, -32_768))
    meter.add(ones(10, 3))
    assert meter.take() == pytest.approx(1.0)
    assert meter.take() == 0.0
