"""Drawing a captured or decoded picture into a slot: scaled, cut, mirrored, BGRX."""

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from desktop_app.engine.blurring import Pixels
from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.pictures import Offered, Shown
from desktop_app.engine.scaling import Fit
from desktop_app.engine.vision import load_cv2


def own_picture(frame: CapturedFrame) -> Offered:
    """Return the self view of a captured picture, mirrored as in a looking glass."""
    shown = Shown(number=frame.number, captured_ns=frame.captured_ns)

    def paint(fit: Fit, slot: Pixels) -> None:
        cv2 = load_cv2()
        pixels = frame.pixels
        if (fit.scaled_width, fit.scaled_height) != (frame.width, frame.height):
            size = (fit.scaled_width, fit.scaled_height)
            # Linear reading shimmers when it skips pixels; from half size on, average.
            shrinks = fit.scaled_width * 2 <= frame.width
            way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            pixels = cv2.resize(pixels, size, interpolation=way)
        pixels = pixels[fit.top : fit.top + fit.height, fit.left : fit.left + fit.width]
        cv2.cvtColor(cv2.flip(pixels, 1), cv2.COLOR_BGR2BGRA, dst=slot)

    return Offered(frame.width, frame.height, paint, shown)


class StrangerPainter:
    """Draws decoded pictures of all calls; keeps its scaler, for a new one costs 2 to 5 ms.

    Pictures are drawn one after another, on the feed's thread.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def picture(self, frame: av.VideoFrame, shown: Shown) -> Offered:
        def paint(fit: Fit, slot: Pixels) -> None:
            # As with oneself: from half size on, average.
            shrinks = fit.scaled_width * 2 <= frame.width
            scaled = self._reformatter.reformat(
                frame,
                width=fit.scaled_width,
                height=fit.scaled_height,
                format="bgra",
                interpolation="AREA" if shrinks else "FAST_BILINEAR",
                threads=1,
            )
            plane = scaled.planes[0]
            rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(
                scaled.height, plane.line_size
            )
            left = fit.left * 4
            slot[:] = rows[fit.top : fit.top + fit.height, left : left + fit.width * 4].reshape(
                slot.shape
            )

        return Offered(frame.width, frame.height, paint, shown)
