"""Samples come in lumps and late; when they were captured is known all the same."""

import pytest

from desktop_app.engine.capture.sample_clock import DEVICE_S, LOOK_BACK, SampleClock
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE


def test_late_lumps_do_not_move_the_clock() -> None:
    now = 100.0
    clock = SampleClock(lambda: now)
    for late_s in (0.0, 0.03, 0.01, 0.004, 0.05):
        now += 0.01 + late_s
        clock.add(SAMPLE_RATE // 100)
        now -= late_s
        assert clock.captured_s(0) == pytest.approx(now - DEVICE_S, abs=1e-4)
        assert clock.captured_s(480) == pytest.approx(now - DEVICE_S - 0.01, abs=1e-4)


def test_a_card_that_is_a_little_slow_is_followed() -> None:
    now = 100.0
    clock = SampleClock(lambda: now)
    for _ in range(60_000):
        now += 0.010_001
        clock.add(SAMPLE_RATE // 100)
    assert clock.captured_s(0) == pytest.approx(now - DEVICE_S, abs=1e-3)


def test_samples_that_a_device_loses_are_not_missed_for_long() -> None:
    now = 100.0
    clock = SampleClock(lambda: now)
    clock.add(480)
    now += 2.0
    for _ in range(LOOK_BACK):
        now += 0.01
        clock.add(480)
    assert clock.captured_s(0) == pytest.approx(now - DEVICE_S)


def test_another_device_begins_anew() -> None:
    now = 100.0
    clock = SampleClock(lambda: now)
    clock.add(SAMPLE_RATE)
    now = 500.0
    clock.reset()
    clock.add(480)
    assert clock.captured_s(0) == pytest.approx(now - DEVICE_S)
