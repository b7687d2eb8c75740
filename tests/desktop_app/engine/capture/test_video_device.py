"""What a device tells of itself, read through OpenCV from a file that says the same."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine.camera_names import CameraPlace
from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.capture.test_picture import TestPicture
from desktop_app.engine.capture.video_device import VideoDevice, believable_rate
from desktop_app.engine.codec.picture_encoder import PictureEncoder
from desktop_app.engine.codec.video_decoders import is_allowed
from desktop_app.engine.rate.rungs import MOST_BPS

WANTED_FPS = 30


def told_by_a_file(path: Path, rate: str) -> float:
    """Return the rate of an opened file whose header tells this one."""
    device = opened_file(path, rate)
    device.release()
    return device.fps


def opened_file(path: Path, rate: str = "30:1") -> VideoDevice:
    picture = b"FRAME\n" + bytes(64 * 48 * 3 // 2)
    path.write_bytes(f"YUV4MPEG2 W64 H48 F{rate} Ip A1:1 C420jpeg\n".encode() + picture * 3)
    return VideoDevice(CameraPlace(str(path), path.name, file=str(path)), 64, 48, WANTED_FPS)


def test_a_rate_is_what_the_device_tells(tmp_path: Path) -> None:
    assert told_by_a_file(tmp_path / "camera.y4m", "25:1") == 25.0


def test_a_rate_that_no_camera_has_is_not_believed(tmp_path: Path) -> None:
    assert told_by_a_file(tmp_path / "camera.y4m", "100000:1") == WANTED_FPS


@pytest.mark.parametrize("told", [-1.0, 0.0, 0.01, math.nan, math.inf, -math.inf])
def test_what_is_no_rate_is_not_believed(told: float) -> None:
    assert believable_rate(told, WANTED_FPS) == WANTED_FPS


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("size", [(1, 1), (641, 479), (6_000, 3), (3, 6_000), (3_000, 3_000)])
def test_pictures_of_any_size_can_be_sent(
    tmp_path: Path, size: tuple[int, int], codec: str
) -> None:
    width, height = size
    device, never = opened_file(tmp_path / "camera.y4m"), threading.Event()
    device.read(never)
    device.release()
    device._capture = _Giving(np.zeros((height, width, 3), dtype=np.uint8))
    for source in (device, TestPicture(width, height, 30)):
        pixels = source.read(never)
        assert pixels is not None
        frame = CapturedFrame(pixels, 1, 1)
        assert is_allowed(frame.width, frame.height)
        encoder = PictureEncoder(lambda: 0.0)
        assert encoder.takes(frame, 30.0, MOST_BPS)
        assert encoder.encode(frame, codec, MOST_BPS, key_frame=True) is not None


class _Giving:
    """A capture whose pictures have become other ones."""

    def __init__(self, picture: np.ndarray) -> None:
        self._picture = picture

    def read(self) -> tuple[bool, np.ndarray]:
        return True, self._picture
