"""Only a picture that should have moved has frozen."""

import pytest

from desktop_app.engine.freezes import Freezes


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
