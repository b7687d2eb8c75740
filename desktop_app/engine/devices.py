"""The list of all devices, kept up to date."""

import threading
from collections.abc import Callable

from desktop_app.engine.camera_names import find_cameras
from desktop_app.engine_messages import Device, DeviceKind

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
        while not self._stopped:
            self._wake.clear()
            found = [place.device for place in find_cameras()]
            if found != self._known:
                self._known = found
                self._on_cameras(found)
            self._wake.wait(LOOK_S)


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

    @property
    def cameras(self) -> list[Device]:
        return [device for device in self._cameras or [] if device.kind is DeviceKind.CAMERA]

    def _tell_all(self) -> None:
        if self._cameras is not None and self._sound is not None:
            self._tell([*self._cameras, *self._sound])
