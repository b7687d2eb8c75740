"""A number drawn into a picture, so that a frame is known again after coding and scaling.

A strip across the middle tenth of the picture, where no view crops it, holds 20 cells: white,
black, 12 bits of the number, 4 bits of check, black, white; a set bit is white.
tests/browser_peer/picture.js reads the same.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

CELLS = 20
NUMBERS = 1 << 12
"""Numbers count from 0 and begin again here: after 136 s at 30 frames a second."""
LEAST_CONTRAST = 60


def cells_of(number: int) -> list[bool]:
    """Return the strip for a number, True for white."""
    word = number << 4 | _check(number)
    bits = [bool(word >> place & 1) for place in range(15, -1, -1)]
    return [True, False, *bits, False, True]


def draw(luma: npt.NDArray[np.uint8], number: int) -> None:
    """Draw the strip into a plane of luma or grey, height by width."""
    height, width = luma.shape
    strip = slice(height * 9 // 20, height * 11 // 20)
    edges = np.linspace(0, width, CELLS + 1).astype(int)
    for cell, white in enumerate(cells_of(number)):
        luma[strip, edges[cell] : edges[cell + 1]] = 235 if white else 16


def read(luma: npt.NDArray[np.uint8]) -> int | None:
    """Return the number in a grey picture of any size, or None where there is none."""
    height, width = luma.shape
    strip = luma[height * 19 // 40 : max(height * 21 // 40, height * 19 // 40 + 1)].astype(float)
    edges = np.linspace(0, width, 4 * CELLS + 1).astype(int)
    values = [
        float(strip[:, edges[4 * cell + 1] : edges[4 * cell + 3]].mean()) for cell in range(CELLS)
    ]
    return number_of(values)


def number_of(values: Sequence[float]) -> int | None:
    """Return the number that cells of this brightness hold, or None where they hold none."""
    white, black = (values[0] + values[-1]) / 2, (values[1] + values[-2]) / 2
    if white - black < LEAST_CONTRAST:
        return None
    word = 0
    for value in values[2:-2]:
        word = word << 1 | (value > (white + black) / 2)
    number = word >> 4
    return number if _check(number) == word & 15 else None


def _check(number: int) -> int:
    return (number >> 8) + 2 * (number >> 4) + 3 * number + 5 & 15
