"""Which cameras there are, and which of them a remembered id means."""

import sys
from dataclasses import dataclass
from pathlib import Path

from desktop_app.engine.vision import load_cv2
from desktop_app.engine_messages import Device, DeviceKind

BACKENDS = {"linux": "CAP_V4L2", "win32": "CAP_MSMF", "darwin": "CAP_AVFOUNDATION"}
"""Indices belong to one back-end: cameras are listed and opened with the same."""


@dataclass(frozen=True)
class CameraPlace:
    """Where a camera is now. file is set for a video file or a named pipe."""

    id: str
    name: str
    path: str = ""
    index: int = -1
    backend: int = 0
    file: str | None = None

    @property
    def device(self) -> Device:
        return Device(kind=DeviceKind.CAMERA, id=self.id, name=self.name)


def find_cameras() -> list[CameraPlace]:
    """List the cameras, in the system's order. Blocking; finds none where listing fails."""
    try:
        cv2 = load_cv2()
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:
        return []

    backend = getattr(cv2, BACKENDS.get(sys.platform, "CAP_ANY"))
    try:
        found = sorted(enumerate_cameras(backend), key=lambda info: info.index)
    except (OSError, RuntimeError, ValueError, cv2.error):
        return []
    seen: dict[str, int] = {}
    places = []
    for info in found:
        id = _stable_id(info.name or "", info.path or "", info.vid, info.pid)
        count = seen[id] = seen.get(id, 0) + 1
        places.append(
            CameraPlace(
                id=id if count == 1 else f"{id}#{count}",
                name=info.name or f"camera {info.index}",
                path=info.path or "",
                index=info.index,
                backend=info.backend,
            )
        )
    return places


def place_for_file(id: str) -> CameraPlace | None:
    """Return the place of a video file or named pipe, whose id is its absolute path."""
    if not id.startswith("/") or id.startswith("/dev/video"):
        return None
    return CameraPlace(id=id, name=Path(id).name, path=id, file=id)


def choose(wanted: str | None, places: list[CameraPlace]) -> list[CameraPlace]:
    """Return the places to try, best first: the wanted one, then the others as listed."""
    if wanted is not None and (file := place_for_file(wanted)) is not None:
        return [file, *places]
    return sorted(places, key=lambda place: place.id != wanted)


def _stable_id(name: str, path: str, vid: int | None, pid: int | None) -> str:
    """Name a camera so that it is found again after a restart or another order of plugging.

    Windows and macOS give a lasting path; Linux numbers /dev/video by order of appearance.
    """
    if path and not path.startswith("/dev/video"):
        return path
    if vid is not None and pid is not None:
        return f"usb:{vid:04x}:{pid:04x}:{name}"
    return f"camera:{name}" if name else path
