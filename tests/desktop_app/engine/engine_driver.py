"""Drives a real engine process as the interface does: commands over a pipe, pictures by memory."""

import contextlib
import multiprocessing
import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.shared_memory import SharedMemory
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import Stream

E = TypeVar("E", bound=messages.Message)
DEADLINE_S = 20.0


class EngineDriver:
    """One engine process. Use it as a context manager; everything is gone afterwards.

    Pictures are released at once unless `hold_pictures` is set; the newest of each stream is
    kept as a copy in `newest`.
    """

    def __init__(self, hold_pictures: bool = False) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        size = messages.SLOT_BYTES * messages.SLOTS_PER_STREAM
        self.blocks = {s.value: SharedMemory(create=True, size=size) for s in Stream}
        from desktop_app.engine.entry import run

        names = {stream: block.name for stream, block in self.blocks.items()}
        self.process = context.Process(target=run, args=(theirs, names), daemon=True)
        self.process.start()
        theirs.close()
        self.hold_pictures = hold_pictures
        self.newest: dict[Stream, npt.NDArray[np.uint8]] = {}
        self.seen: list[messages.Message] = []
        self._events: queue.Queue[messages.Message | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "EngineDriver":
        self.wait(messages.EngineStarted)
        return self

    def __exit__(self, *args: object) -> None:
        self.stop()

    def send(self, command: messages.Message) -> None:
        self.pipe.send_bytes(messages.encode(command))

    def drain(self) -> None:
        """Pass over what has come so far."""
        while not self._events.empty():
            if (event := self._events.get()) is not None:
                self.seen.append(event)

    def wait(
        self,
        kind: type[E],
        condition: Callable[[E], bool] = lambda event: True,
        deadline_s: float = DEADLINE_S,
    ) -> E:
        """Return the next event of this kind that fits; events before it are kept in `seen`."""
        until = time.monotonic() + deadline_s
        while True:
            try:
                event = self._events.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                told = [type(e).__name__ for e in self.seen if not isinstance(e, messages.Picture)]
                raise AssertionError(f"no {kind.__name__} came; before: {told[-40:]}") from None
            if event is None:
                raise AssertionError(f"the engine ended while {kind.__name__} was awaited")
            self.seen.append(event)
            if isinstance(event, kind) and condition(event):
                return event

    def wait_picture(
        self,
        stream: Stream,
        condition: Callable[[npt.NDArray[np.uint8]], bool] = lambda picture: True,
        call: str | None = None,
    ) -> npt.NDArray[np.uint8]:
        """Return the next picture of a stream that fits, as height x width x 4 bytes BGRX."""

        def fits(event: messages.Picture) -> bool:
            if event.stream is not stream or (call is not None and event.call != call):
                return False
            copy = self._copies.get((stream, event.number, event.call))
            return copy is not None and condition(copy)

        event = self.wait(messages.Picture, fits)
        return self._copies[(stream, event.number, event.call)]

    def shut_pipe(self) -> None:
        """Close this end under the engine's feet, as a dying interface does."""
        with socket.socket(fileno=os.dup(self.pipe.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Quit, and remove everything; a second time does nothing."""
        if self.pipe.closed:
            return
        if self.process.is_alive():
            with contextlib.suppress(OSError):
                self.send(messages.Quit())
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()
        self._reader.join(2)
        for block in self.blocks.values():
            block.close()
            block.unlink()

    _copies: dict[Any, npt.NDArray[np.uint8]]

    def _read(self) -> None:
        self._copies = {}
        while True:
            try:
                event = messages.decode_event(self.pipe.recv_bytes())
            except (EOFError, OSError):
                self._events.put(None)
                return
            if isinstance(event, messages.Picture):
                self._keep(event)
            self._events.put(event)

    def _keep(self, event: messages.Picture) -> None:
        pixels = np.ndarray(
            (event.height, event.width, 4),
            dtype=np.uint8,
            buffer=self.blocks[event.stream.value].buf,
            offset=event.slot * messages.SLOT_BYTES,
        )
        copy = self.newest[event.stream] = pixels.copy()
        self._copies[(event.stream, event.number, event.call)] = copy
        if len(self._copies) > 600:
            del self._copies[next(iter(self._copies))]
        if not self.hold_pictures:
            self.send(messages.ReleasePicture(event.stream, event.slot))
