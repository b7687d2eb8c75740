"""The line from camera to packets."""

import logging.handlers
import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.codec import video_line
from desktop_app.engine.codec.picture_encoder import PictureEncoder
from desktop_app.engine.codec.video_line import WARM_EVERY_S, VideoLine


class Line:
    """A line whose packets are collected."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.packets: queue.Queue[bool] = queue.Queue()
        self.line = VideoLine(lambda packet, key_frame: self.packets.put(key_frame), clock=clock)
        self._number = 0

    def offer(self, width: int = 320, height: int = 240, captured_ns: int = 0) -> None:
        self._number += 1
        pixels = np.full((height, width, 3), self._number % 256, dtype=np.uint8)
        self.line.offer(CapturedFrame(pixels, self._number, captured_ns))

    def next_is_key_frame(self) -> bool:
        return self.packets.get(timeout=5)


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    line.line.set_running(True, sending=True)
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
    line.line.set_running(True, sending=True)
    assert line.packets.empty()


def test_a_picture_being_encoded_when_the_camera_is_closed_is_not_sent(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode, closed = PictureEncoder.encode, threading.Event()

    def close_meanwhile(*given: Any) -> Any:
        packet = encode(*given)
        if not closed.is_set():
            line.line.forget()
            closed.set()
        return packet

    monkeypatch.setattr(PictureEncoder, "encode", close_meanwhile)
    line.offer()
    assert closed.wait(timeout=5)
    with pytest.raises(queue.Empty):
        line.packets.get(timeout=0.5)
    line.offer()
    assert line.next_is_key_frame()


def test_a_picture_that_cannot_be_encoded_does_not_end_the_line(line: Line) -> None:
    logged: queue.Queue[logging.LogRecord] = queue.Queue()
    handler = logging.handlers.QueueHandler(logged)
    video_line.log.addHandler(handler)
    line.line.set_rate(math.inf)
    line.offer()
    assert "OverflowError" in logged.get(timeout=5).getMessage()
    video_line.log.removeHandler(handler)
    line.line.set_rate(30.0)
    line.offer()
    assert line.next_is_key_frame()


def test_while_nobody_gets_pictures_few_are_encoded_and_a_call_begins_at_once_all_the_same() -> (
    None
):
    now_s = 100.0
    line = Line(lambda: now_s)
    line.line.set_running(True, sending=False)
    line.offer()
    assert line.next_is_key_frame()
    for _ in range(3):
        line.offer()
    now_s += WARM_EVERY_S
    line.offer()
    assert not line.next_is_key_frame()
    line.line.use("H264")
    assert line.next_is_key_frame()
    line.line.set_running(True, sending=True)
    line.offer()
    assert not line.next_is_key_frame()
    line.line.close()


@pytest.mark.parametrize("sending", [True, False])
def test_pictures_that_take_too_long_become_smaller_while_they_are_sent(sending: bool) -> None:
    now_s, interval_s = 100.0, 1 / 6
    line = Line(lambda: now_s)
    line.line.set_running(True, sending=sending)
    for _ in range(120):
        now_s += interval_s
        line.offer(640, 480, captured_ns=int((now_s - 1.1 * interval_s) * 1e9))
        line.next_is_key_frame()
    encoded = line.line.take_encoded()
    line.line.close()
    assert (encoded.width, encoded.height) == ((480, 360) if sending else (640, 480))
    assert encoded.strained is sending
