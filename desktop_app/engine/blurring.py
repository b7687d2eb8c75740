"""A picture of which nothing can be read any more."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop_app.engine.scaling import Fit
from desktop_app.engine.vision import load_cv2

Pixels = npt.NDArray[np.uint8]
Paint = Callable[[Fit, Pixels], None]
"""Draws a captured or decoded picture, scaled and cut as told, into height x width x 4 bytes."""

LONG_SIDE = 48
SIGMA = 2.0
"""Pixels of the small picture: what is left of it are some 12 by 7 patches."""


def paint_blurred(paint: Paint, fit: Fit, pixels: Pixels) -> None:
    """Draw small, blur there, and enlarge: no sharp pixel ever lies in pixels.

    1 ms, where blurring the whole of a 720p picture takes 84.
    """
    cv2 = load_cv2()
    scale = LONG_SIDE / max(fit.width, fit.height)
    small = _shrunk(fit, min(1.0, scale))
    drawn: Pixels = np.empty((small.height, small.width, pixels.shape[2]), dtype=np.uint8)
    paint(small, drawn)
    blurred = cv2.GaussianBlur(drawn, (0, 0), SIGMA)
    cv2.resize(blurred, (fit.width, fit.height), dst=pixels, interpolation=cv2.INTER_LINEAR)


def _shrunk(fit: Fit, scale: float) -> Fit:
    """Return the same part of the picture, smaller; even sizes, for half as much colour."""

    def even(pixels: int) -> int:
        return max(2, round(pixels * scale / 2) * 2)

    width, height = even(fit.width), even(fit.height)
    return Fit(
        max(width, even(fit.scaled_width)), max(height, even(fit.scaled_height)), width, height
    )
