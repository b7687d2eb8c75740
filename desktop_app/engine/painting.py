"""Drawing a captured or decoded picture into a slot: scaled, cut, mirrored, BGRX."""

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from desktop_app.engine.blurring import LONG_SIDE, Pixels
from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.pictures import Offered, Shown
from desktop_app.engine.scaling import Fit
from desktop_app.engine.vision import load_cv2

MEANS_UP_TO = 2 * LONG_SIDE
"""Pixels of the longer side of what is scaled by true means: a picture to be blurred, uncut."""


def own_picture(frame: CapturedFrame) -> Offered:
    """Return the self view of a captured picture, mirrored as in a looking glass."""
    shown = Shown(number=frame.number, captured_ns=frame.captured_ns)

    def paint(fit: Fit, slot: Pixels) -> None:
        cv2 = load_cv2()
        pixels = _scaled(frame.pixels, fit.scaled_width, fit.scaled_height)
        pixels = pixels[fit.top : fit.top + fit.height, fit.left : fit.left + fit.width]
        cv2.cvtColor(cv2.flip(pixels, 1), cv2.COLOR_BGR2BGRA, dst=slot)

    return Offered(frame.width, frame.height, paint, shown)


def _scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the picture at another size, each of its pixels part of the new ones beside it.

    Reading single pixels would shimmer, and let detail through where nothing is to be read.
    Between two neighbours, down to half the size, none is left out. True means over areas, which
    leave nothing to be read in a blurred picture, take OpenCV ten times as long: 2 ms for a self
    view.
    """
    cv2 = load_cv2()
    while width * 2 <= pixels.shape[1] and height * 2 <= pixels.shape[0]:
        half_height, half_width = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: half_height * 2, : half_width * 2]
        pixels = cv2.resize(even, (half_width, half_height), interpolation=cv2.INTER_LINEAR)
    if pixels.shape[:2] != (height, width):
        small = max(width, height) <= MEANS_UP_TO
        mean = cv2.INTER_AREA if small else cv2.INTER_LINEAR
        pixels = cv2.resize(pixels, (width, height), interpolation=mean)
    return pixels


class StrangerPainter:
    """Draws decoded pictures of all calls; keeps its scalers, for a new one costs 2 to 5 ms.

    Pictures are drawn one after another, on the feed's thread.
    """

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._converter = VideoReformatter()

    def picture(self, frame: av.VideoFrame, shown: Shown) -> Offered:
        def paint(fit: Fit, slot: Pixels) -> None:
            # Scaled as it was decoded, then converted: in one step FFmpeg takes two to eight
            # times as long. Its quick conversion is for whole groups of pixels: what is more than
            # the fit is cut off again.
            scaled = self._scaler.reformat(
                frame,
                width=_up(fit.scaled_width, 8),
                height=_up(fit.scaled_height, 2),
                interpolation="AREA" if fit.scaled_width < frame.width else "BICUBIC",
                threads=1,
            )
            scaled = self._converter.reformat(scaled, format="bgra", threads=1)
            plane = scaled.planes[0]
            rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(
                scaled.height, plane.line_size
            )
            top, left = (scaled.height - fit.height) // 2, (scaled.width - fit.width) // 2
            cut = rows[top : top + fit.height, left * 4 : (left + fit.width) * 4]
            slot[:] = cut.reshape(slot.shape)

        return Offered(frame.width, frame.height, paint, shown)


def _up(pixels: int, group: int) -> int:
    return -(-pixels // group) * group
