"""A virtual X display, for windows on a machine without one."""

import contextlib
import os
import subprocess
from collections.abc import Iterator

SCREEN = "1600x1000x24"


class NoDisplay(Exception):
    """There is no display, and no Xvfb to make one."""


@contextlib.contextmanager
def virtual_display() -> Iterator[dict[str, str]]:
    """Run Xvfb with a window manager and yield the environment that leads to it."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, reading)
        try:
            stack.enter_context(_running(command, os.environ, pass_fds=(writing,)))
        except FileNotFoundError as error:
            raise NoDisplay("Xvfb is not installed") from error
        finally:
            os.close(writing)
        number = os.read(reading, 32).decode().strip()
        if not number:
            raise NoDisplay("Xvfb did not start")
        environment = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": ""}
        with contextlib.suppress(FileNotFoundError):
            stack.enter_context(_running(["openbox"], {**os.environ, **environment}))
        yield environment


@contextlib.contextmanager
def _running(
    command: list[str], environment: "os._Environ[str] | dict[str, str]", **options: object
) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **options,  # type: ignore[call-overload]  # Popen's options have no common type
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
