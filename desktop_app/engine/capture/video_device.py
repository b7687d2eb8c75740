"""The cameras of this machine, and one of them, a file or a named pipe read through OpenCV."""

import errno
import os
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.engine.camera_names import CameraPlace, find_cameras
from desktop_app.engine.capture.frame import PictureSource, sendable_size
from desktop_app.engine.vision import load_cv2
from desktop_app.engine_messages import DeviceProblem

FIRST_PICTURE_ATTEMPTS = 30
"""Some webcams answer nothing for their first half second."""
FPS_MAX = 240.0


class CameraUnusable(Exception):
    """The camera could not be opened; problem says why."""

    def __init__(self, problem: DeviceProblem, name: str) -> None:
        super().__init__(f"{name}: {problem.value}")
        self.problem = problem
        self.name = name


def believable_rate(told: float, wanted: float) -> float:
    """Return the rate that a device tells, or the wanted one: some tell 0, -1 or no number."""
    return told if 1.0 <= told <= FPS_MAX else float(wanted)


class VideoDevice:
    """An open device. Blocking: belongs to a thread of its own."""

    def __init__(self, place: CameraPlace, width: int, height: int, fps: int) -> None:
        """Open it, or raise CameraUnusable. Opening a named pipe waits for its writer."""
        self._cv2 = load_cv2()
        _raise_if_refused(place)
        try:
            self._capture = self._open(place, width, height, fps)
            first = self._first_picture() if self._capture.isOpened() else None
        except self._cv2.error as error:
            raise CameraUnusable(DeviceProblem.FAILED, place.name) from error
        if first is None:
            self.release()
            raise CameraUnusable(DeviceProblem.FAILED, place.name)
        self._ahead: npt.NDArray[np.uint8] | None = first
        self.height, self.width = first.shape[:2]
        self.fps = believable_rate(self._capture.get(self._cv2.CAP_PROP_FPS), fps)

    def read(self, _stop: threading.Event) -> npt.NDArray[np.uint8] | None:
        """Return the next picture in BGR, or None when the device is gone."""
        if self._ahead is not None:
            picture, self._ahead = self._ahead, None
            return picture
        try:
            delivered, picture = self._capture.read()
            return self._within_limits(picture) if delivered else None
        except self._cv2.error:
            return None

    def release(self) -> None:
        self._capture.release()

    def _open(self, place: CameraPlace, width: int, height: int, fps: int) -> Any:
        cv2 = self._cv2
        if place.file is not None:
            return cv2.VideoCapture(place.file, cv2.CAP_FFMPEG)
        capture = cv2.VideoCapture(place.index, place.backend)
        # In this order: the format decides which sizes there are, the size which rates.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    def _first_picture(self) -> npt.NDArray[np.uint8] | None:
        for _ in range(FIRST_PICTURE_ATTEMPTS):
            delivered, picture = self._capture.read()
            if delivered:
                return self._within_limits(picture)
        return None

    def _within_limits(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        height, width = picture.shape[:2]
        wanted = sendable_size(width, height)
        if wanted == (width, height):
            return picture
        return np.asarray(
            self._cv2.resize(picture, wanted, interpolation=self._cv2.INTER_AREA), dtype=np.uint8
        )


class Cameras:
    """The cameras of this machine. Blocking: belongs to the camera's thread."""

    def find(self) -> list[CameraPlace]:
        return find_cameras()

    def may_be_used(self, place: CameraPlace) -> bool:
        """Whether the system would let this program have it now."""
        try:
            _raise_if_refused(place)
        except CameraUnusable:
            return False
        return True

    def open(self, place: CameraPlace, width: int, height: int, fps: int) -> PictureSource:
        """Open it, or raise CameraUnusable."""
        return VideoDevice(place, width, height, fps)


def _raise_if_refused(place: CameraPlace) -> None:
    """Raise CameraUnusable if the system does not let this program have the device now.

    OpenCV does not say why it could not open one.
    """
    if sys.platform != "linux" or not place.path.startswith("/dev/"):
        if place.file is not None and not Path(place.file).exists():
            raise CameraUnusable(DeviceProblem.GONE, place.name)
        return
    try:
        handle = os.open(place.path, os.O_RDWR | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise CameraUnusable(DeviceProblem.GONE, place.name) from error
    except PermissionError as error:
        raise CameraUnusable(DeviceProblem.DENIED, place.name) from error
    except OSError as error:
        busy = error.errno == errno.EBUSY
        raise CameraUnusable(
            DeviceProblem.BUSY if busy else DeviceProblem.FAILED, place.name
        ) from error
    try:
        if stat.S_ISCHR(os.fstat(handle).st_mode) and _is_streaming(handle):
            raise CameraUnusable(DeviceProblem.BUSY, place.name)
    finally:
        os.close(handle)


def _is_streaming(handle: int) -> bool:
    """Whether another program holds the device's buffers: asking for none is then refused."""
    import fcntl

    try:
        # VIDIOC_REQBUFS with a count of 0, for captured video in mapped memory (videodev2.h).
        fcntl.ioctl(handle, 0xC0145608, bytes((0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0) + (0,) * 8))
    except OSError as error:
        return error.errno == errno.EBUSY
    return False
