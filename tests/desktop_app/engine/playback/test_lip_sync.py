"""Lips and voice come within what nobody notices, whichever of them is behind."""

import itertools

import pytest

from desktop_app.engine.playback.lip_sync import (
    HOLD_MAX_S,
    PAINT_S,
    READILY_S,
    SPEAKER_S,
    VOICE_EARLY_S,
    VOICE_LATE_S,
    VOICE_LATEST_S,
    LipSync,
)
from desktop_app.engine.rtc.sender_clock import WRAP

STRANGERS_S = 5_000_000.0
"""The stranger's clock when ours shows 0."""
NEAR_S = 0.005


class Call:
    """A call of a minute: both kinds with sender reports, and the delays of each."""

    def __init__(self, *, voice_s: float, picture_s: float) -> None:
        self.now = 0.0
        self.lips = LipSync(lambda: self.now)
        self.voice_s = voice_s
        self.picture_s = picture_s
        self.shown_s = picture_s
        self.silent = False
        self._pictures = 0

    def report(self) -> None:
        ntp = round((STRANGERS_S + 1.0) * WRAP)
        self.lips.voice.take_report(ntp, (WRAP - 10 + 48_000) % WRAP)
        self.lips.pictures.take_report(ntp, 777 + 90_000)

    def go_on(self, seconds: float) -> None:
        """Play a packet and show a picture at each 30th of a second."""
        for _ in range(round(seconds * 30)):
            self.now += 1 / 30
            self._pictures += 1
            captured_s = self.now - self.picture_s
            at_s = self.lips.show_at_s((777 + round(captured_s * 90_000)) % WRAP)
            self.shown_s = at_s + PAINT_S - captured_s
            if self.silent and self._pictures % 12:
                continue
            heard_s = self.now - self.voice_s - self.lips.voice_waits_s
            self.lips.note_voice((WRAP - 10 + round(heard_s * 48_000)) % WRAP, 0.0)

    @property
    def voice_late_s(self) -> float:
        return self.voice_s + self.lips.voice_waits_s + SPEAKER_S - self.shown_s


@pytest.mark.parametrize(
    ("voice_s", "apart_s"),
    [
        (0.07, VOICE_LATE_S),
        (0.1, 0.1 + SPEAKER_S - 0.02 - READILY_S - PAINT_S),
        (0.2, VOICE_LATEST_S),
    ],
)
def test_pictures_wait_readily_for_a_late_voice_and_long_if_they_must(
    voice_s: float, apart_s: float
) -> None:
    call = Call(voice_s=voice_s, picture_s=0.02)
    call.report()
    call.go_on(60.0)
    assert abs(call.voice_late_s - apart_s) < NEAR_S
    assert call.lips.voice_waits_s == 0.0


def test_a_voice_waits_for_late_pictures() -> None:
    call = Call(voice_s=0.06, picture_s=0.15)
    call.report()
    call.go_on(40.0)
    assert -VOICE_EARLY_S - NEAR_S < call.voice_late_s < 0.0
    assert abs(call.shown_s - 0.15 - PAINT_S) < NEAR_S


def test_while_a_voice_is_silent_its_wait_for_late_pictures_does_not_run_away() -> None:
    call = Call(voice_s=0.03, picture_s=0.1)
    call.report()
    call.silent = True
    longest_s = 0.0
    for _ in range(60):
        call.go_on(1.0)
        longest_s = max(longest_s, call.lips.voice_waits_s)
    needed_s = 0.1 + PAINT_S - 0.03 - SPEAKER_S - VOICE_EARLY_S
    assert needed_s / 2 < longest_s < 1.4 * needed_s
    call.silent = False
    call.go_on(10.0)
    assert -VOICE_EARLY_S - NEAR_S < call.voice_late_s < NEAR_S


def test_a_first_picture_that_is_late_keeps_nothing_waiting() -> None:
    call = Call(voice_s=0.05, picture_s=0.8)
    call.report()
    call.go_on(3 / 30)
    call.picture_s = 0.04
    call.go_on(1.0)
    assert abs(call.shown_s - 0.04 - PAINT_S) < NEAR_S
    assert call.lips.voice_waits_s < NEAR_S


def test_what_is_close_enough_waits_for_nothing() -> None:
    call = Call(voice_s=0.05, picture_s=0.04)
    call.report()
    call.go_on(20.0)
    assert abs(call.shown_s - 0.04 - PAINT_S) < NEAR_S
    assert call.lips.voice_waits_s < NEAR_S


def test_before_the_first_reports_nothing_waits() -> None:
    call = Call(voice_s=0.12, picture_s=0.02)
    call.go_on(2.0)
    assert abs(call.shown_s - 0.02 - PAINT_S) < 1e-4


def test_no_picture_jumps_and_none_waits_for_ever() -> None:
    call = Call(voice_s=0.02, picture_s=0.02)
    call.report()
    call.go_on(5.0)
    call.voice_s = 0.9
    waits = []
    for _ in range(1_000):
        call.go_on(1 / 30)
        waits.append(call.shown_s - call.picture_s)
    assert max(later - sooner for sooner, later in itertools.pairwise(waits)) < NEAR_S
    assert max(waits) <= HOLD_MAX_S + PAINT_S + NEAR_S


def test_clocks_that_have_nothing_to_do_with_each_other_are_left_alone() -> None:
    call = Call(voice_s=0.12, picture_s=0.02)
    call.report()
    call.lips.voice.take_report(round(9_000_000.0 * WRAP), 0)
    call.go_on(5.0)
    assert abs(call.shown_s - 0.02 - PAINT_S) < NEAR_S


def test_single_late_packets_keep_no_picture_waiting() -> None:
    call = Call(voice_s=0.03, picture_s=0.02)
    call.report()
    call.go_on(5.0)
    waits = []
    for _ in range(100):
        call.voice_s = 0.83
        call.go_on(1 / 30)
        call.voice_s = 0.03
        call.go_on(9 / 30)
        waits.append(call.shown_s - call.picture_s)
    assert max(waits) < PAINT_S + NEAR_S


def test_a_picture_that_comes_sooner_than_others_is_shown_at_once() -> None:
    call = Call(voice_s=0.03, picture_s=0.06)
    call.report()
    call.go_on(5.0)
    call.picture_s = 0.04
    call.go_on(1 / 30)
    assert abs(call.shown_s - 0.04 - PAINT_S) < 1e-4
