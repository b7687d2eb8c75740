"""Pictures from the engine: shared memory that the interface owns, newest picture wins."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from desktop_app.core import Signal
from desktop_app.engine_messages import (
    PICTURE_BYTES_PER_PIXEL,
    SLOT_BYTES,
    SLOTS_PER_STREAM,
    Picture,
    Stream,
)

_SHARED_MEMORY = Path("/dev/shm")
_PREFIX = "passerby"


def remove_leftover_blocks(folder: Path = _SHARED_MEMORY) -> None:
    """Remove blocks of applications that are gone: after kill -9 of a whole family nobody has.

    Only Linux keeps blocks as files that can be listed; elsewhere this does nothing.
    """
    for path in folder.glob(f"{_PREFIX}-*-*"):
        owner = path.name.split("-")[1]
        if owner.isdigit() and not _is_running(int(owner)):
            path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class PaintablePicture:
    """BGRX pixels (QImage.Format_RGB32), rows of width * 4 bytes without padding.

    pixels is a view into shared memory: valid until the next PictureFeed.take or clear.
    """

    pixels: memoryview
    width: int
    height: int
    number: int
    call: str
    captured_ns: int
    slot: int


@dataclass(frozen=True, slots=True)
class PaintedPicture:
    """A picture reached the screen at painted_ns (time.monotonic_ns)."""

    picture: PaintablePicture
    painted_ns: int


class PictureFeed:
    """The newest picture of one stream. Used on the interface's thread only."""

    def __init__(self, stream: Stream, release: Callable[[Stream, int], None]) -> None:
        self.stream = stream
        self.arrived: Signal[None] = Signal()
        """A newer picture can be taken, or there is none any more (`is_empty`)."""
        self.painted: Signal[PaintedPicture] = Signal()
        self._release = release
        self._block = SharedMemory(
            name=f"{_PREFIX}-{os.getpid()}-{secrets.token_hex(4)}",
            create=True,
            size=SLOT_BYTES * SLOTS_PER_STREAM,
        )
        self._ready: Picture | None = None
        self._taken: Picture | None = None

    @property
    def block_name(self) -> str:
        return self._block.name

    @property
    def is_empty(self) -> bool:
        return self._ready is None and self._taken is None

    def take(self) -> PaintablePicture | None:
        """Return the newest picture, or None when there is none to paint.

        Repeated calls return the same picture until a newer one has come. Taking a newer one
        gives the slot of the one before back to the engine, so whoever paints drops its
        QImage of the old one first.
        """
        if self._ready is not None:
            if self._taken is not None:
                self._release(self.stream, self._taken.slot)
            self._taken, self._ready = self._ready, None
        if self._taken is None:
            return None
        start = self._taken.slot * SLOT_BYTES
        size = self._taken.width * self._taken.height * PICTURE_BYTES_PER_PIXEL
        assert self._block.buf is not None
        return PaintablePicture(
            pixels=self._block.buf[start : start + size],
            width=self._taken.width,
            height=self._taken.height,
            number=self._taken.number,
            call=self._taken.call,
            captured_ns=self._taken.captured_ns,
            slot=self._taken.slot,
        )

    def put(self, picture: Picture) -> None:
        """The engine has written a picture."""
        if self._ready is not None:
            self._release(self.stream, self._ready.slot)
        self._ready = picture
        self.arrived.emit(None)

    def clear(self) -> None:
        """Nothing is to be painted any more; slots go back to the engine."""
        for held in (self._ready, self._taken):
            if held is not None:
                self._release(self.stream, held.slot)
        self.forget()

    def forget(self) -> None:
        """Like clear, for an engine that is gone and takes no slots back."""
        self._ready = self._taken = None
        self.arrived.emit(None)

    def close(self) -> None:
        """Remove the shared block; views of it must be dropped when `arrived` says it is empty."""
        self.forget()
        self._block.unlink()
        self._block.close()
