"""The list of all devices, kept up to date."""

import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from desktop_app.engine.camera_names import find_cameras
from desktop_app.engine_messages import Device

LOOK_S = 2.5


class CameraWatch:
    """Lists cameras on a thread, at once and whenever the list has changed.

    on_cameras(devices) is called on that thread.
    """

    def __init__(self, on_cameras: Callable[[list[Device]], None]) -> None:
        self._on_cameras = on_cameras
        self._known: list[Device] | None = None
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="camera-watch", daemon=True)
        self._thread.start()

    def refresh(self) -> None:
        """Look now and tell even when nothing has changed."""
        self._known = None
        self._wake.set()

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()

    def _run(self) -> None:
        seen: list[tuple[str, int, int]] | None = None
        while not self._stopped:
            self._wake.clear()
            nodes = _device_nodes()
            if nodes is not None and nodes == seen and self._known is not None:
                self._wake.wait(LOOK_S)
                continue
            found = [place.device for place in find_cameras()]
            # One that was out and in again between two looks is news, though the list is the same.
            if found != self._known or nodes != seen:
                seen = nodes
                self._known = found
                self._on_cameras(found)
            self._wake.wait(LOOK_S)


def _device_nodes() -> list[tuple[str, int, int]] | None:
    """Return what a camera may be behind on Linux, which saves opening each to look.

    One that was pulled out and in again between two looks, or has become allowed, differs.
    None where there is no such directory to watch.
    """
    if sys.platform != "linux":
        return None
    nodes = []
    for path in Path("/dev").glob("video*"):
        with contextlib.suppress(OSError):
            node = path.stat()
            nodes.append((path.name, node.st_ino, node.st_ctime_ns))
    return sorted(nodes)


class DeviceList:
    """Joins the lists of cameras and of sound devices, and tells what has changed.

    Nothing is told before both have been seen once. Belongs to the loop.
    """

    def __init__(self, tell: Callable[[list[Device]], None]) -> None:
        self._tell = tell
        self._cameras: list[Device] | None = None
        self._sound: list[Device] | None = None

    def set_cameras(self, devices: list[Device]) -> None:
        self._cameras = devices
        self._tell_all()

    def set_sound(self, devices: list[Device]) -> None:
        self._sound = devices
        self._tell_all()

    def _tell_all(self) -> None:
        if self._cameras is not None and self._sound is not None:
            self._tell([*self._cameras, *self._sound])
