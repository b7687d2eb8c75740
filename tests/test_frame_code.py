"""The number in the picture, drawn and read again."""

import numpy as np
import pytest

from tests import frame_code


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 480), (187, 105)])
def test_a_number_is_read_again_at_any_size(width: int, height: int) -> None:
    picture = np.full((height, width), 100, np.uint8)
    for number in (0, 1, 299, 2048, frame_code.NUMBERS - 1):
        frame_code.draw(picture, number)
        assert frame_code.read(picture) == number


def test_a_picture_without_a_strip_has_no_number() -> None:
    assert frame_code.read(np.full((480, 640), 100, np.uint8)) is None


def test_a_strip_with_a_wrong_bit_has_no_number() -> None:
    picture = np.full((480, 640), 100, np.uint8)
    frame_code.draw(picture, 299)
    cell = slice(5 * 32, 6 * 32)
    picture[:, cell] = 255 - picture[:, cell]
    assert frame_code.read(picture) is None
