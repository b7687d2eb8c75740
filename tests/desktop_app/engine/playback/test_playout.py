"""What goes to the speaker."""

import numpy as np
import pytest

from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.levels import Meter, tone_levels
from desktop_app.engine.playback.playout import Playout

RATE = 48_000
FRAME = 960


def ones(count: int, value: int = 1_000) -> np.ndarray:
    return np.full(count, value, dtype=np.int16)


def test_silence_is_played_while_nothing_has_come() -> None:
    assert not Playout().pull(FRAME).any()


def test_a_voice_of_any_lumps_is_cut_to_what_the_speaker_asks() -> None:
    numbers = np.arange(10 * FRAME, dtype=np.int16)
    lumps = iter(np.split(numbers, [1, 500, 501, 3_000]))
    playout = Playout()
    playout.play(lambda _ahead: next(lumps))
    pulled = [playout.pull(count) for count in (10, 2_000, 1, FRAME)]

    assert (np.concatenate(pulled) == numbers[: 2_011 + FRAME]).all()


def test_nothing_is_left_of_a_voice_that_is_over() -> None:
    playout = Playout()
    playout.play(lambda _ahead: ones(FRAME))
    assert playout.pull(100).all()
    playout.play(None)
    assert not playout.pull(FRAME).any()


def test_volume_is_in_what_is_measured() -> None:
    playout = Playout()
    voice = Voice(500.0)
    playout.play(lambda _ahead: voice.next(FRAME))
    levels = []
    for volume in (0.5, 1.0):
        playout.volume = volume
        for _ in range(40):
            playout.pull(FRAME)
        levels += tone_levels(playout.last_played(), RATE, [500.0])
    assert levels[0] == pytest.approx(levels[1] / 2, rel=0.1)


def test_loud_sounds_together_do_not_wrap_round() -> None:
    playout = Playout()
    playout.play(lambda _ahead: ones(FRAME, 30_000))
    playout.add_sound(ones(FRAME, 30_000))
    assert (playout.pull(FRAME) == 32_767).all()


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
