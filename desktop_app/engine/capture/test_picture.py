"""The moving picture that stands in where there is no camera."""

import colorsys
import math
import os
import threading
import time

import numpy as np
import numpy.typing as npt

from desktop_app.engine.capture.frame import sendable_size
from desktop_app.engine.vision import load_cv2

BACKGROUND_VALUE = 0.45
LAP_S = 6.0
"""Time the disc takes for one round."""


class TestPicture:
    """A soft gradient with a disc going round; the hue tells one process from another."""

    __test__ = False  # pytest collects classes by this name

    def __init__(self, width: int, height: int, fps: int, hue: float | None = None) -> None:
        self.width, self.height = width, height = sendable_size(width, height)
        self.fps = float(fps)
        self._cv2 = load_cv2()
        # The golden ratio sends neighbouring process ids to distant hues.
        self.hue = (os.getpid() * 0.618034) % 1.0 if hue is None else hue
        self._background = _gradient(width, height, self.hue)
        self._disc = _bgr(self.hue + 0.5, 0.35, 1.0)
        self._ring = _bgr(self.hue, 0.2, 1.0)
        self._started = time.monotonic()
        self._due = self._started

    def read(self, stop: threading.Event) -> npt.NDArray[np.uint8] | None:
        """Wait until the next picture is due and return it; None once stop is set."""
        self._due = max(self._due + 1.0 / self.fps, time.monotonic() - 0.1)
        if stop.wait(max(0.0, self._due - time.monotonic())):
            return None
        picture = self._background.copy()
        angle = 2.0 * math.pi * (time.monotonic() - self._started) / LAP_S
        radius = self.height // 7
        x = round(self.width / 2 + math.cos(angle) * self.width / 4)
        y = round(self.height / 2 + math.sin(angle) * self.height / 4)
        self._cv2.circle(picture, (x, y), radius, self._disc, -1, self._cv2.LINE_AA)
        self._cv2.circle(picture, (x, y), radius, self._ring, radius // 8 + 1, self._cv2.LINE_AA)
        return picture

    def release(self) -> None:
        """Nothing is held."""


def _bgr(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(blue * 255), round(green * 255), round(red * 255)


def _gradient(width: int, height: int, hue: float) -> npt.NDArray[np.uint8]:
    start = np.array(_bgr(hue, 0.75, BACKGROUND_VALUE))
    end = np.array(_bgr(hue + 0.08, 0.6, BACKGROUND_VALUE + 0.3))
    across = np.linspace(0.0, 0.5, width)[None, :, None]
    down = np.linspace(0.0, 0.5, height)[:, None, None]
    return np.asarray(start + (end - start) * (across + down), dtype=np.uint8)
