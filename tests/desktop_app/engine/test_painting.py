"""Pictures are drawn whole and at the size of the view, whatever that is."""

from collections.abc import Callable

import av
import numpy as np
import pytest

from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.painting import StrangerPainter, own_picture
from desktop_app.engine.pictures import Offered, Shown
from desktop_app.engine.scaling import View

SIZES = ((1280, 720), (854, 480), (480, 640))
VIEWS = (
    View(851, 479, fill=False),
    View(333, 187, fill=False),
    View(37, 49, fill=True),
    View(1920, 1080, fill=False),
)


def _own(grey: int, width: int, height: int) -> Offered:
    pixels = np.full((height, width, 3), grey, dtype=np.uint8)
    return own_picture(CapturedFrame(pixels, number=1, captured_ns=1))


def _stranger(grey: int, width: int, height: int) -> Offered:
    pixels = np.full((height, width, 3), grey, dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
    return StrangerPainter().picture(frame, Shown(number=1))


@pytest.mark.parametrize("source", [_own, _stranger])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_pixel_of_the_view_is_drawn(
    source: Callable[[int, int, int], Offered], size: tuple[int, int], view: View
) -> None:
    offered = source(200, *size)
    fit = view.fit(offered.width, offered.height)
    assert fit is not None
    slot = np.zeros((fit.height, fit.width, 4), dtype=np.uint8)
    offered.paint(fit, slot)
    assert (
        np.abs(slot[:, :, :3].astype(int) - 200).max() <= 6
    )  # FFmpeg's quick conversion errs by 4
