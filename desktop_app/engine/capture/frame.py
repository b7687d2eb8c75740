"""A captured picture, and what one is read from."""

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.engine_messages import PICTURE_MAX_HEIGHT, PICTURE_MAX_WIDTH


@dataclass(frozen=True)
class CapturedFrame:
    """pixels are height x width x 3 in BGR order and are not written to again."""

    pixels: npt.NDArray[np.uint8]
    number: int
    captured_ns: int

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


SIDE_MIN = 16
"""x264 makes nothing of a picture below that."""


def sendable_size(width: int, height: int) -> tuple[int, int]:
    """Return the size to which a picture is brought: even, and no larger than strangers accept."""
    scale = min(1.0, PICTURE_MAX_WIDTH / width, PICTURE_MAX_HEIGHT / height)
    return max(SIDE_MIN, int(width * scale) & ~1), max(SIDE_MIN, int(height * scale) & ~1)


class PictureSource(Protocol):
    """What a session reads from: a VideoDevice or a TestPicture."""

    width: int
    height: int
    fps: float

    def read(self, stop: threading.Event, /) -> npt.NDArray[np.uint8] | None: ...

    def release(self) -> None: ...
