"""What the kernel says about a camera, without OpenCV between (linux/videodev2.h)."""

import contextlib
import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

VIDIOC_G_FMT = 0xC0D05604
VIDIOC_G_PARM = 0xC0CC5615
VIDIOC_S_CTRL = 0xC008561C
VIDIOC_QUERYCTRL = 0xC0445624
CAPTURE = 1
NEXT_CONTROL = 0x80000000


class CameraFormat(NamedTuple):
    """What a camera is set to."""

    width: int
    height: int
    fourcc: str
    fps: float


def format_of(camera: Path) -> CameraFormat:
    """Ask the kernel; another program may stream meanwhile."""
    handle = os.open(camera, os.O_RDWR | os.O_NONBLOCK)
    try:
        # struct v4l2_format: type, padding to 8, then v4l2_pix_format.
        answer = fcntl.ioctl(handle, VIDIOC_G_FMT, struct.pack("=II", CAPTURE, 0) + bytes(200))
        width, height, fourcc = struct.unpack_from("=II4s", answer, 8)
        # struct v4l2_streamparm: type, then capability, mode and the time of a frame.
        answer = fcntl.ioctl(handle, VIDIOC_G_PARM, struct.pack("=I", CAPTURE) + bytes(200))
        _capability, _mode, seconds, parts = struct.unpack_from("=IIII", answer, 4)
    finally:
        os.close(handle)
    return CameraFormat(width, height, fourcc.decode(), parts / seconds if seconds else 0.0)


@contextlib.contextmanager
def pulled_out(camera: Path) -> Iterator[None]:
    """Have vivid answer as one camera does that is pulled out, while its twin stays.

    Its device file goes too, as it does then, and comes back afterwards.
    """
    handle = os.open(camera, os.O_RDWR | os.O_NONBLOCK)
    there = camera.stat()
    try:
        fcntl.ioctl(handle, VIDIOC_S_CTRL, struct.pack("=Ii", _control(handle, "Disconnect"), 1))
        camera.unlink()
        yield
    finally:
        # vivid joins its camera again when the last program that had it open lets go.
        os.close(handle)
        os.mknod(camera, there.st_mode, there.st_rdev)
        os.chown(camera, there.st_uid, there.st_gid)
        camera.chmod(there.st_mode & 0o777)


def _control(handle: int, name: str) -> int:
    """Return the id of the control with this name."""
    id = 0
    while True:
        # struct v4l2_queryctrl: id, type, name of 32, and what is of no interest here.
        answer = fcntl.ioctl(
            handle, VIDIOC_QUERYCTRL, struct.pack("=I", id | NEXT_CONTROL) + bytes(64)
        )
        id, _type, found = struct.unpack_from("=II32s", answer)
        if found.rstrip(b"\0").decode() == name:
            return id
