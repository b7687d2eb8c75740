"""The camera of a real engine: named pipes fed by ffmpeg at their true rate, and what is missing."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import DeviceKind, DeviceProblem, Stream
from tests.desktop_app.engine.engine_driver import EngineDriver

RED_BGR = (0, 0, 255)
BLUE_BGR = (255, 0, 0)


class FedPipe:
    """A named pipe that ffmpeg fills as a camera would: red left half, blue right half."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._feeder: subprocess.Popen[bytes] | None = None

    def feed(self, width: int = 640, height: int = 480) -> None:
        half = f"color=c={{}}:s={width // 2}x{height}:r=30"
        self._feeder = subprocess.Popen(
            [
                *("ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", half.format("red")),
                *("-re", "-f", "lavfi", "-i", half.format("blue"), "-filter_complex", "hstack"),
                *("-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-y", str(self.path)),
            ],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self._feeder is not None:
            self._feeder.send_signal(signal.SIGKILL)
            self._feeder.wait()
            self._feeder = None


@pytest.fixture
def pipe_camera(tmp_path: Path) -> Iterator[FedPipe]:
    camera = FedPipe(tmp_path / "camera.y4m")
    yield camera
    camera.stop()


@pytest.fixture
def engine(start_engine: Callable[[], EngineDriver]) -> EngineDriver:
    engine = start_engine()
    engine.send(messages.SetView(Stream.SELF, 320, 240))
    return engine


def is_near(pixel: np.ndarray, bgr: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel[:3].astype(int) - bgr).max() < 40)


def opened_camera(engine: EngineDriver) -> messages.DeviceOpened:
    return engine.wait(messages.DeviceOpened, lambda e: e.device.kind is DeviceKind.CAMERA)


def test_a_pipe_camera_is_shown_mirrored_at_the_size_of_the_view(
    engine: EngineDriver, pipe_camera: FedPipe
) -> None:
    pipe_camera.feed()
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))
    opened = opened_camera(engine)
    assert (opened.width, opened.height, opened.stand_in) == (640, 480, False)

    picture = engine.wait_picture(Stream.SELF)
    assert picture.shape == (240, 320, 4)
    assert is_near(picture[120, 80], BLUE_BGR)
    assert is_near(picture[120, 240], RED_BGR)


def test_filling_a_view_cuts_the_picture(engine: EngineDriver, pipe_camera: FedPipe) -> None:
    engine.send(messages.SetView(Stream.SELF, 200, 200, fill=True))
    pipe_camera.feed()
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))

    assert engine.wait_picture(Stream.SELF).shape == (200, 200, 4)


def test_a_pipe_without_a_writer_holds_nothing_up(
    engine: EngineDriver, pipe_camera: FedPipe
) -> None:
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))
    engine.send(messages.Ping(1))
    assert engine.wait(messages.Pong).number == 1

    pipe_camera.feed()
    opened_camera(engine)


def test_a_camera_that_never_answers_does_not_hold_the_process(
    engine: EngineDriver, pipe_camera: FedPipe
) -> None:
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))
    engine.send(messages.Quit())
    engine.process.join(5)
    assert engine.process.exitcode is not None


def test_a_camera_beyond_the_limit_is_scaled_down(
    engine: EngineDriver, pipe_camera: FedPipe
) -> None:
    pipe_camera.feed(2560, 1440)
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))
    opened = opened_camera(engine)
    assert (opened.width, opened.height) == (1920, 1080)


def test_a_lost_camera_is_told_and_comes_back(engine: EngineDriver, pipe_camera: FedPipe) -> None:
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))
    pipe_camera.feed()
    engine.wait_picture(Stream.SELF)

    pipe_camera.stop()
    lost = engine.wait(messages.DeviceFailed)
    assert (lost.kind, lost.problem) == (DeviceKind.CAMERA, DeviceProblem.GONE)
    engine.wait(messages.PictureCleared)
    pipe_camera.feed()
    opened_camera(engine)
    engine.wait_picture(Stream.SELF)


def test_closing_the_camera_releases_the_device(engine: EngineDriver, pipe_camera: FedPipe) -> None:
    engine.send(messages.OpenCamera(device=str(pipe_camera.path)))
    pipe_camera.feed()
    engine.wait_picture(Stream.SELF)

    engine.send(messages.CloseCamera())
    engine.wait(messages.DeviceClosed)
    engine.wait(messages.PictureCleared)
    for number in range(200):
        if not is_held(engine, pipe_camera.path):
            return
        engine.send(messages.Ping(number))
        engine.wait(messages.Pong)
    raise AssertionError("the camera is still held")


def is_held(engine: EngineDriver, path: Path) -> bool:
    """Whether the engine has the device open, as the kernel says."""
    for handle in Path(f"/proc/{engine.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # another one was closed meanwhile
            if handle.readlink() == path:
                return True
    return False


def test_a_missing_camera_falls_back_to_the_test_picture(engine: EngineDriver) -> None:
    engine.send(messages.OpenCamera(device="usb:dead:beef:None", stand_in=True))
    assert engine.wait(messages.DeviceFailed).problem is DeviceProblem.NONE_FOUND
    opened = opened_camera(engine)
    assert opened.stand_in
    assert (opened.width, opened.height) == (1280, 720)


def test_no_camera_at_all_is_told_and_harms_nothing(engine: EngineDriver) -> None:
    engine.send(messages.OpenCamera())
    assert engine.wait(messages.DeviceFailed).problem is DeviceProblem.NONE_FOUND
    engine.send(messages.Ping(2))
    assert engine.wait(messages.Pong).number == 2


def test_size_and_rate_change_while_the_camera_is_open(engine: EngineDriver) -> None:
    engine.send(messages.SetView(Stream.SELF, 1920, 1080))
    engine.send(messages.OpenCamera(stand_in=True, width=640, height=480))
    engine.wait_picture(Stream.SELF, lambda picture: picture.shape == (1080, 1440, 4))
    engine.send(messages.OpenCamera(stand_in=True, width=1280, height=720, fps=15))
    engine.wait_picture(Stream.SELF, lambda picture: picture.shape == (1080, 1920, 4))
    assert engine.seen.count(messages.DeviceClosed(DeviceKind.CAMERA)) == 0


def test_a_hidden_view_gets_no_pictures(engine: EngineDriver) -> None:
    engine.send(messages.OpenCamera(stand_in=True, width=640, height=480))
    engine.wait_picture(Stream.SELF)
    engine.send(messages.SetView(Stream.SELF, 0, 0))
    engine.send(messages.Ping(3))
    engine.wait(messages.Pong)
    engine.drain()
    before = engine.newest[Stream.SELF]
    for number in range(4, 8):
        engine.send(messages.PlayTestSound())
        engine.send(messages.Ping(number))
        engine.wait(messages.Pong)
    assert engine.newest[Stream.SELF] is before


def test_no_slot_is_written_while_the_interface_holds_it() -> None:
    with EngineDriver(hold_pictures=True) as engine:
        engine.send(messages.SetView(Stream.SELF, 320, 240))
        engine.send(messages.OpenCamera(stand_in=True, width=320, height=240))
        held = [engine.wait(messages.Picture) for _ in range(messages.SLOTS_PER_STREAM)]
        assert {picture.slot for picture in held} == set(range(messages.SLOTS_PER_STREAM))
        contents = bytes(engine.blocks["self"].buf)
        engine.send(messages.Ping(1))
        engine.wait(messages.Pong)
        assert bytes(engine.blocks["self"].buf) == contents

        engine.send(messages.ReleasePicture(Stream.SELF, held[1].slot))
        newer = engine.wait(messages.Picture)
        assert newer.slot == held[1].slot
        assert newer.number > held[-1].number
