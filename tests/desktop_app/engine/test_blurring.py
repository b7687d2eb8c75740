"""A blurred picture tells nothing: what it held cannot be found in it."""

import queue
from collections.abc import Callable, Iterator
from multiprocessing.shared_memory import SharedMemory

import av
import numpy as np
import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.blurring import Pixels, paint_blurred
from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.painting import StrangerPainter, own_picture
from desktop_app.engine.pictures import Offered, PictureFeed, Shown
from desktop_app.engine.scaling import View
from desktop_app.engine_messages import SLOT_BYTES, SLOTS_PER_STREAM, Stream
from tests import frame_code

DEADLINE_S = 20.0
NUMBERS = (5, 1234, 2730, 4095)
SIZES = ((1280, 720), (640, 480), (480, 640))
VIEWS = (View(1020, 574, fill=False), View(500, 500, fill=True), View(1920, 1080, fill=False))


def _coded(number: int, width: int = 1280, height: int = 720) -> Pixels:
    """A grey picture with a number in it, height x width x 3."""
    luma = np.full((height, width), 128, dtype=np.uint8)
    frame_code.draw(luma, number)
    return np.repeat(luma[:, :, np.newaxis], 3, axis=2)


def _own(pixels: Pixels) -> Offered:
    """Oneself is mirrored: so are the pixels before."""
    mirrored = np.ascontiguousarray(pixels[:, ::-1])
    return own_picture(CapturedFrame(mirrored, number=1, captured_ns=1))


def _stranger(pixels: Pixels) -> Offered:
    frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
    return StrangerPainter().picture(frame, Shown(number=1))


def _painted(offered: Offered, view: View, *, blur: bool) -> Pixels:
    fit = view.fit(offered.width, offered.height)
    assert fit is not None
    slot = np.zeros((fit.height, fit.width, 4), dtype=np.uint8)
    if blur:
        paint_blurred(offered.paint, fit, slot)
    else:
        offered.paint(fit, slot)
    return slot


def _is_read(slot: Pixels) -> int | None:
    return frame_code.read(slot[:, :, 1])


@pytest.mark.parametrize("source", [_own, _stranger])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_the_picture_is_not_found_again(
    source: Callable[[Pixels], Offered], number: int
) -> None:
    offered = source(_coded(number))
    assert _is_read(_painted(offered, VIEWS[0], blur=False)) == number
    assert _is_read(_painted(offered, VIEWS[0], blur=True)) is None


@pytest.mark.parametrize("source", [_own, _stranger])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_pictures_that_differ_in_detail_alone_come_out_the_same(
    source: Callable[[Pixels], Offered], size: tuple[int, int], view: View
) -> None:
    """Stripes as thick as the strokes of large writing, against the grey that they add up to."""
    width, height = size
    stripes = np.where(np.arange(width) // (width // 80) % 2, 255, 0).astype(np.uint8)
    striped = np.repeat(np.tile(stripes, (height, 1))[:, :, np.newaxis], 3, axis=2)
    grey = np.full_like(striped, 127)
    one, other = (_painted(source(pixels), view, blur=True) for pixels in (striped, grey))
    inner = one.shape[1] // 8
    assert np.ptp(_painted(source(striped), view, blur=False)[:, :, :3]) > 200
    difference = one[:, inner:-inner, :3].astype(int) - other[:, inner:-inner, :3]
    assert np.abs(difference).max() <= 8


def test_light_and_colour_are_still_there() -> None:
    pixels = np.zeros((720, 1280, 3), dtype=np.uint8)
    pixels[:, :640] = (200, 30, 30)
    slot = _painted(_own(pixels), VIEWS[0], blur=True)
    assert slot[300, 100, 0] > 150 > 60 > slot[300, 100, 2]
    assert slot[300, 900, :3].max() < 40


@pytest.fixture
def block() -> Iterator[SharedMemory]:
    made = SharedMemory(create=True, size=SLOT_BYTES * SLOTS_PER_STREAM)
    yield made
    made.unlink()


def test_once_the_blur_is_on_no_sharp_picture_is_handed_over(block: SharedMemory) -> None:
    told: queue.Queue[messages.Message] = queue.Queue()
    feed = PictureFeed(Stream.STRANGER, SharedMemory(block.name), told.put)

    def shown(number: int) -> int | None:
        feed.offer(_stranger(_coded(number)))
        picture = told.get(timeout=DEADLINE_S)
        assert isinstance(picture, messages.Picture)
        assert block.buf is not None
        shape = (picture.height, picture.width, 4)
        slot = np.ndarray(shape, np.uint8, block.buf, picture.slot * SLOT_BYTES)
        number_read = _is_read(slot)
        del slot
        feed.release(picture.slot)
        return number_read

    feed.set_view(VIEWS[0])
    assert shown(17) == 17
    feed.set_blur(True)
    assert told.get(timeout=DEADLINE_S) == messages.PictureCleared(Stream.STRANGER)
    # Not in the shared memory either, but for what was shown before.
    assert [shown(number) for number in (18, 19, 20)] == [None, None, None]
    feed.set_blur(False)
    assert shown(21) == 21
    feed.close()
