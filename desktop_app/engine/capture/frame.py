"""A captured picture, and what one is read from."""

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


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


class PictureSource(Protocol):
    """What a session reads from: a VideoDevice or a TestPicture."""

    width: int
    height: int
    fps: float

    def read(self, stop: threading.Event, /) -> npt.NDArray[np.uint8] | None: ...

    def release(self) -> None: ...
