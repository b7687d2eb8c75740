"""What a device tells of itself, read through OpenCV from a file that says the same."""

import math
from pathlib import Path

import pytest

from desktop_app.engine.camera_names import CameraPlace
from desktop_app.engine.capture.video_device import VideoDevice, believable_rate

WANTED_FPS = 30


def told_by_a_file(path: Path, rate: str) -> float:
    """Return the rate of an opened file whose header tells this one."""
    picture = b"FRAME\n" + bytes(64 * 48 * 3 // 2)
    path.write_bytes(f"YUV4MPEG2 W64 H48 F{rate} Ip A1:1 C420jpeg\n".encode() + picture * 3)
    device = VideoDevice(CameraPlace(str(path), path.name, file=str(path)), 64, 48, WANTED_FPS)
    device.release()
    return device.fps


def test_a_rate_is_what_the_device_tells(tmp_path: Path) -> None:
    assert told_by_a_file(tmp_path / "camera.y4m", "25:1") == 25.0


def test_a_rate_that_no_camera_has_is_not_believed(tmp_path: Path) -> None:
    assert told_by_a_file(tmp_path / "camera.y4m", "100000:1") == WANTED_FPS


@pytest.mark.parametrize("told", [-1.0, 0.0, 0.01, math.nan, math.inf, -math.inf])
def test_what_is_no_rate_is_not_believed(told: float) -> None:
    assert believable_rate(told, WANTED_FPS) == WANTED_FPS
