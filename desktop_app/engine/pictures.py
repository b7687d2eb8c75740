"""Pictures on their way to the interface: scaled, cut, and laid into shared memory."""

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from desktop_app import engine_messages as messages
from desktop_app.engine.blurring import Paint, Pixels, paint_blurred
from desktop_app.engine.scaling import Fit, View

log = logging.getLogger(__name__)

HELD_MAX = 16
"""Pictures that wait for their time; half a second of them."""


@dataclass(frozen=True)
class Shown:
    """What is known of a picture apart from its pixels."""

    number: int
    call: str = ""
    captured_ns: int = 0


@dataclass(frozen=True)
class Offered:
    """A picture that could be shown: its own size, how to draw it, and what it is."""

    width: int
    height: int
    paint: Paint
    shown: Shown


def attach(name: str) -> SharedMemory:
    """Map a block that the interface owns; whoever created it also removes it."""
    if sys.version_info >= (3, 13):
        return SharedMemory(name=name, track=False)
    # Before 3.13 attaching registers the block as well, with the tracker that a spawned process
    # shares with its parent: the same name twice counts once.
    return SharedMemory(name=name)


class PictureFeed:
    """Shows the newest of the offered pictures of one stream, one slot at a time.

    Its own thread draws, so that neither the camera, nor the decoder, nor the loop waits.
    """

    def __init__(
        self,
        stream: messages.Stream,
        block: SharedMemory,
        send: Callable[[messages.Message], None],
    ) -> None:
        self._stream = stream
        self._block = block
        self._send = send
        self._changed = threading.Condition()
        self._free = list(range(messages.SLOTS_PER_STREAM))
        self._view = View(0, 0, fill=False)
        self._held: deque[tuple[float, Offered]] = deque(maxlen=HELD_MAX)
        self._newest: Offered | None = None
        self._showing = False
        self._blur = False
        self._generation = 0
        self._closed = False
        self._thread = threading.Thread(
            target=self._run, name=f"pictures-{stream.value}", daemon=True
        )
        self._thread.start()

    def set_view(self, view: View) -> None:
        """Draw for this view from now on; once it is hidden, no picture follows."""
        with self._changed:
            self._view = view
            if view.hidden:
                self._forget()
                self._generation += 1

    def set_blur(self, on: bool) -> None:
        """Draw blurred from now on, or no longer; what was drawn sharply before is taken back."""
        with self._changed:
            if on and not self._blur:
                self._generation += 1
                self._take_back()
            self._blur = on

    @property
    def wanted(self) -> bool:
        """Whether anybody looks; a hidden stream need not be converted at all."""
        return not self._view.hidden

    def offer(self, picture: Offered, at_s: float = 0.0) -> None:
        """Show a picture soon, but not before at_s (time.monotonic). From any thread.

        One that could be shown by then and was not is dropped.
        """
        with self._changed:
            if not self._view.hidden:
                self._held.append((at_s, picture))
                self._changed.notify()

    def release(self, slot: int) -> None:
        """The interface gives a slot back; giving one back twice changes nothing."""
        with self._changed:
            if 0 <= slot < messages.SLOTS_PER_STREAM and slot not in self._free:
                self._free.append(slot)
                self._changed.notify()

    def clear(self) -> None:
        """Forget what waits and tell the interface that there is nothing to paint."""
        with self._changed:
            self._forget()
            self._generation += 1
            self._take_back()

    def _take_back(self) -> None:
        if self._showing:
            self._showing = False
            self._send(messages.PictureCleared(self._stream))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=0.5)
        if not self._thread.is_alive():
            self._block.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not (self._promote() and self._free):
                    self._changed.wait(self._held[0][0] - time.monotonic() if self._held else None)
                if self._closed or self._newest is None:
                    return
                picture, self._newest = self._newest, None
                slot = self._free.pop(0)
                fit = self._view.fit(picture.width, picture.height)
                generation, blur = self._generation, self._blur
            drawn = fit is not None and self._draw(picture, fit, slot, blur)
            with self._changed:
                if drawn and fit is not None and generation == self._generation:
                    self._showing = True
                    self._hand_over(picture.shown, fit, slot)
                else:
                    self._free.append(slot)

    def _promote(self) -> bool:
        """Take out what is due, the newest of it; tell whether there is anything to draw."""
        now = time.monotonic()
        while self._held and self._held[0][0] <= now:
            self._newest = self._held.popleft()[1]
        return self._newest is not None

    def _forget(self) -> None:
        self._newest = None
        self._held.clear()

    def _draw(self, picture: Offered, fit: Fit, slot: int, blur: bool) -> bool:
        pixels: Pixels = np.ndarray(
            (fit.height, fit.width, messages.PICTURE_BYTES_PER_PIXEL),
            dtype=np.uint8,
            buffer=self._block.buf,
            offset=slot * messages.SLOT_BYTES,
        )
        try:
            if blur:
                paint_blurred(picture.paint, fit, pixels)
            else:
                picture.paint(fit, pixels)
        except Exception:
            # One picture that cannot be drawn, of whatever library, must not end the feed.
            log.exception("a picture of %s could not be drawn", self._stream.value)
            return False
        return True

    def _hand_over(self, shown: Shown, fit: Fit, slot: int) -> None:
        self._send(
            messages.Picture(
                stream=self._stream,
                slot=slot,
                width=fit.width,
                height=fit.height,
                number=shown.number,
                call=shown.call,
                captured_ns=shown.captured_ns,
            )
        )
