"""The camera on vivid, the kernel's own test camera: two of them."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from desktop_app.engine_messages import (
    CloseCamera,
    DeviceClosed,
    DeviceProblem,
    OpenCamera,
    SetView,
    Stream,
)
from tests.kernel_devices.look import DEADLINE_S, Look, say
from tests.kernel_devices.v4l2 import format_of, pulled_out

FIRST, SECOND = "camera:vivid-000-vid-cap", "camera:vivid-001-vid-cap"
FIRST_FILE, SECOND_FILE = Path("/dev/video0"), Path("/dev/video1")
DRIVER = Path("/sys/bus/platform/drivers/vivid")
TWO_WEBCAMS = ("n_devs=2", "node_types=0x1,0x1", "num_inputs=1,1", "input_types=0x0,0x0")

OTHER_PROGRAM = """
import sys, cv2
camera = cv2.VideoCapture(int(sys.argv[1]), cv2.CAP_V4L2)
print(camera.read()[0], flush=True)
sys.stdin.read()
"""


def plug_in() -> None:
    """Load the driver of both cameras, and give udev the time to set their permissions."""
    subprocess.run(["modprobe", "vivid", *TWO_WEBCAMS], check=True)
    subprocess.run(["udevadm", "settle"], check=True)


def a_forbidden_camera(look: Look) -> None:
    look.found(FIRST, SECOND)
    look.send(OpenCamera(FIRST, 640, 480))
    look.failed(DeviceProblem.DENIED)
    say("  the person is allowed to use the first one")
    FIRST_FILE.chmod(0o666)
    look.opened(FIRST)
    close(look)
    FIRST_FILE.chmod(0o660)


def sizes_and_rates(look: Look) -> None:
    look.send(SetView(Stream.SELF, 640, 360))
    for wanted in ((640, 480, 30), (1280, 720, 30), (1280, 720, 15), (1000, 700, 25)):
        say("  wanted: {}x{} at {}".format(*wanted))
        look.send(OpenCamera(FIRST, *wanted))
        opened = look.opened(FIRST)
        kernel = format_of(FIRST_FILE)
        say("    the kernel says: {}x{} {} at {:g}".format(*kernel))
        assert (opened.width, opened.height) == kernel[:2]
        assert abs(opened.fps - kernel.fps) < 0.5
        if wanted[:2] != (1000, 700):
            assert kernel[:2] == wanted[:2]
    look.engine.wait_picture(Stream.SELF)
    close(look)


def a_camera_in_use_elsewhere(look: Look) -> None:
    with used_elsewhere(SECOND_FILE), used_elsewhere(FIRST_FILE):
        look.send(OpenCamera(FIRST, 640, 480))
        look.failed(DeviceProblem.BUSY)
        say("  the other program ends")
    look.opened(FIRST)
    close(look)


def the_next_best_while_in_use(look: Look) -> None:
    with used_elsewhere(FIRST_FILE):
        look.send(OpenCamera(FIRST, 640, 480))
        look.opened(SECOND, missing=True)
        say("  the other program ends")
    look.opened(FIRST)
    close(look)


def all_pulled_out_in_use(look: Look) -> None:
    look.send(OpenCamera(FIRST, 640, 480))
    look.opened(FIRST)
    look.engine.wait_picture(Stream.SELF)
    (DRIVER / "unbind").write_text("vivid.0")
    look.failed(DeviceProblem.GONE)
    look.found()
    say("  both are plugged in again")
    (DRIVER / "bind").write_text("vivid.0")
    look.opened(FIRST)
    look.engine.wait_picture(Stream.SELF)
    close(look)


def one_pulled_out_in_use(look: Look) -> None:
    look.send(OpenCamera(FIRST, 640, 480))
    look.opened(FIRST)
    with pulled_out(FIRST_FILE):
        look.failed(DeviceProblem.GONE)
        look.opened(SECOND, missing=True)
        look.engine.wait_picture(Stream.SELF)
        look.found(SECOND)
        say("  it is plugged in again")
    look.opened(FIRST)
    look.engine.wait_picture(Stream.SELF)
    close(look)


def one_pulled_out_that_nobody_chose(look: Look) -> None:
    look.send(OpenCamera(None, 640, 480))
    look.opened(FIRST)
    with pulled_out(FIRST_FILE):
        look.failed(DeviceProblem.GONE)
        look.opened(SECOND)
        say("  it is plugged in again")
    look.opened(FIRST)
    close(look)


def close(look: Look) -> None:
    look.send(CloseCamera())
    look.engine.wait(DeviceClosed, deadline_s=DEADLINE_S)


@contextlib.contextmanager
def used_elsewhere(camera: Path) -> Iterator[None]:
    """Have another program stream from the camera."""
    index = camera.name.removeprefix("video")
    program = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROGRAM, index], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert program.stdin is not None and program.stdout is not None
    try:
        assert program.stdout.readline() == b"True\n", "the other program got no picture"
        say(f"  another program streams from {camera}")
        yield
    finally:
        program.communicate()
