"""The line from camera to packets."""

import queue
from collections.abc import Iterator

import numpy as np
import pytest

from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.codec.video_line import VideoLine


class Line:
    """A line whose packets are collected."""

    def __init__(self) -> None:
        self.packets: queue.Queue[bool] = queue.Queue()
        self.line = VideoLine(lambda packet, key_frame: self.packets.put(key_frame))
        self._number = 0

    def offer(self, width: int = 320, height: int = 240) -> None:
        self._number += 1
        pixels = np.full((height, width, 3), self._number % 256, dtype=np.uint8)
        self.line.offer(CapturedFrame(pixels, self._number, 0))

    def next_is_key_frame(self) -> bool:
        return self.packets.get(timeout=5)


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    line.line.set_running(True)
    yield line
    line.line.close()


def test_the_first_picture_is_a_key_frame_and_the_next_is_not(line: Line) -> None:
    line.offer()
    assert line.next_is_key_frame()
    line.offer()
    assert not line.next_is_key_frame()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_call_begins_with_a_key_frame_of_the_last_picture_at_once(line: Line, codec: str) -> None:
    line.offer()
    assert line.next_is_key_frame()
    line.line.use(codec)
    assert line.next_is_key_frame()


def test_key_frames_asked_for_without_end_are_rationed(line: Line) -> None:
    line.offer()
    line.next_is_key_frame()
    line.line.use("H264")
    assert line.next_is_key_frame()
    kinds = []
    for _ in range(5):
        line.line.request_key_frame()
        line.offer()
        kinds.append(line.next_is_key_frame())
    assert kinds == [False] * 5


def test_a_change_of_size_goes_on_with_a_key_frame(line: Line) -> None:
    line.offer()
    line.next_is_key_frame()
    line.offer(640, 480)
    assert line.next_is_key_frame()


def test_a_closed_camera_leaves_no_picture_to_send(line: Line) -> None:
    line.offer()
    line.next_is_key_frame()
    line.line.forget()
    line.line.request_key_frame()
    line.line.set_running(True)
    assert line.packets.empty()
