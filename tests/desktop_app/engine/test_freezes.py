"""Only a picture that should have moved has frozen."""

import pytest

from desktop_app.engine.freezes import Freezes
from desktop_app.engine.rtc.reception import Reception


def test_long_gaps_are_counted_with_their_length() -> None:
    freezes = Freezes()
    for at_s in (1.0, 1.03, 1.06, 1.56, 1.7, 2.0):
        freezes.note(at_s)
    assert (freezes.count, freezes.seconds) == (2, pytest.approx(0.8))


def test_a_camera_that_was_off_has_not_frozen() -> None:
    freezes = Freezes()
    freezes.note(1.0)
    freezes.pause()
    freezes.note(9.0)
    assert freezes.count == 0


class Report:
    type = "inbound-rtp"

    def __init__(self, kind: str, received: int, lost: int, jitter: int) -> None:
        self.kind = kind
        self.packetsReceived = received
        self.packetsLost = lost
        self.jitter = jitter


def test_what_came_is_added_up_and_the_jitter_is_that_of_the_voice() -> None:
    reports = [
        Report("video", 90, 10, 900),
        Report("video", 0, 0, 9_999),
        Report("audio", 50, 1, 480),
    ]
    assert Reception.of(reports) == Reception(packets=140, lost=11, jitter_ms=10.0)
    assert Reception.of(reports[:1]).jitter_ms == 10.0
