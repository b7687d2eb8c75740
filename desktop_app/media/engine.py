"""The engine process as the interface sees it: start, commands, events, and starting it again."""

import asyncio
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from desktop_app.core import Signal, TaskScope
from desktop_app.engine_messages import (
    Command,
    EngineStarted,
    Event,
    Picture,
    PictureCleared,
    Ping,
    Pong,
    Quit,
    ReleasePicture,
    SetBlur,
    SetView,
    Stream,
    decode_event,
    encode,
)
from desktop_app.media.pictures import PictureFeed

EngineMain = Callable[[Connection, dict[str, str]], None]
"""Runs in the engine process: its end of the pipe, and block name per stream."""

RESTARTS_MAX = 3
HEALTHY_AFTER_S = 600.0
"""An engine that ran this long has its earlier deaths forgiven."""
PING_INTERVAL_S = 1.0
HUNG_AFTER_S = 5.0
START_TIMEOUT_S = 30.0
QUIT_TIMEOUT_S = 3.0
COMMANDS_MAX = 1_000
"""Commands kept for an engine that does not read; more and it counts as hung."""
EVENTS_MAX = 256
"""Events read ahead of the interface's loop; the rest waits in the pipe."""

_PIPE_CLOSED = (OSError, TypeError)
"""TypeError: multiprocessing goes on without a handle where join has closed the pipe."""

log = logging.getLogger(__name__)


class EngineState(StrEnum):
    """The engine process."""

    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    FAILED = "failed"
    """It died too often, or the system starts no other; the person has to start the application again."""


class _Process:
    """One engine process with its pipe and the two threads that serve the pipe."""

    def __init__(self, main: EngineMain, blocks: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, engine_end = context.Pipe()
        self._commands: queue.Queue[bytes | None] = queue.Queue(COMMANDS_MAX)
        self._room = threading.Semaphore(EVENTS_MAX)
        self.process: BaseProcess = context.Process(
            target=main, args=(engine_end, dict(blocks)), name="passerby-engine", daemon=True
        )
        self.process.start()
        engine_end.close()

    def serve(self, on_event: Callable[[Event], None], on_end: Callable[[], None]) -> None:
        """Start the threads; both callbacks run on the reader thread.

        Each event is to be acknowledged with `taken`.
        """
        threading.Thread(
            target=self._read, args=(on_event, on_end), name="engine-reader", daemon=True
        ).start()
        threading.Thread(target=self._write, name="engine-writer", daemon=True).start()

    def taken(self) -> None:
        """The loop has dealt with an event: there is room for another one."""
        self._room.release()

    def send(self, command: Command) -> None:
        """Raises queue.Full when the engine has not read for long."""
        self._commands.put_nowait(encode(command))

    def kill(self) -> None:
        self.process.kill()

    def join(self, timeout_s: float) -> None:
        """Wait for the end of the process, forcing it after the timeout, and free the pipe."""
        self.process.join(timeout_s)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        try:
            self._commands.put_nowait(None)
        except queue.Full:
            log.debug("the writer ends with the broken pipe")
        self._pipe.close()
        self.process.close()

    def _read(self, on_event: Callable[[Event], None], on_end: Callable[[], None]) -> None:
        try:
            while True:
                frame = self._pipe.recv_bytes()
                try:
                    event = decode_event(frame)
                except ValueError:
                    log.error("an event that this interface does not know was left aside")
                    continue
                self._room.acquire()
                on_event(event)
        except (EOFError, *_PIPE_CLOSED):
            on_end()

    def _write(self) -> None:
        try:
            while (frame := self._commands.get()) is not None:
                self._pipe.send_bytes(frame)
        except _PIPE_CLOSED:
            log.debug("the pipe to the engine is closed")


class Engine:
    """Keeps an engine process alive. Methods are called on the interface's thread.

    `started` tells listeners to say everything again that the new process has to know; views
    and blurs are remembered here. A process that dies or answers no ping for HUNG_AFTER_S is killed and
    started again, RESTARTS_MAX times at most.
    """

    def __init__(self, main: EngineMain) -> None:
        self.state = EngineState.STARTING
        self.state_changed: Signal[EngineState] = Signal()
        self.started: Signal[EngineStarted] = Signal()
        self.received: Signal[Event] = Signal()
        """Every event but pictures, which go to `feeds`."""
        self.feeds = {stream: PictureFeed(stream, self._release) for stream in Stream}
        self._main = main
        self._scope = TaskScope("engine")
        self._process: _Process | None = None
        self._views: dict[Stream, SetView] = {}
        self._blurs: dict[Stream, SetBlur] = {}
        self._restarts = 0
        self._started_at = 0.0
        self._answered_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def pid(self) -> int | None:
        return self._process.process.pid if self._process is not None else None

    def spawn(self) -> None:
        """Start the process ahead of `start`, so that it loads its libraries; needs no loop."""
        self._started_at = self._answered_at = time.monotonic()
        blocks = {stream.value: feed.block_name for stream, feed in self.feeds.items()}
        self._process = _Process(self._main, blocks)

    def start(self) -> None:
        """Start the process, unless it has been spawned, and listen to it; needs a running loop."""
        self._loop = asyncio.get_running_loop()
        self._scope.start(self._watch(), "watch")
        if self._process is None:
            self.spawn()
        self._serve()

    def send(self, command: Command) -> None:
        """Hand over a command; dropped while no process runs (see `started`)."""
        if isinstance(command, SetView):
            self._views[command.stream] = command
        elif isinstance(command, SetBlur):
            self._blurs[command.stream] = command
        if self._process is None or self.state is not EngineState.RUNNING:
            return
        self._put(command)

    def set_view(self, stream: Stream, width: int, height: int, fill: bool = False) -> None:
        """Say at which size in device pixels a stream is painted; 0 by 0 while hidden."""
        self.send(SetView(stream=stream, width=width, height=height, fill=fill))

    def set_blur(self, stream: Stream, on: bool) -> None:
        """Have a stream's pictures blurred in the engine, so that none comes here sharply."""
        self.send(SetBlur(stream=stream, on=on))

    async def close(self) -> None:
        """End the process and remove the shared blocks; returns when both are gone."""
        await self._scope.close()
        process, self._process = self._process, None
        if process is not None:
            try:
                process.send(Quit())
            except queue.Full:
                process.kill()
            await asyncio.to_thread(process.join, QUIT_TIMEOUT_S)
        for feed in self.feeds.values():
            feed.close()

    def _serve(self) -> None:
        process, loop = self._process, self._loop
        assert process is not None and loop is not None

        def post(callback: Callable[..., None], *args: object) -> None:
            try:
                loop.call_soon_threadsafe(callback, process, *args)
            except RuntimeError:
                log.debug("the loop has closed")

        process.serve(lambda event: post(self._take, event), lambda: post(self._ended))

    def _take(self, process: _Process, event: Event) -> None:
        process.taken()
        if process is not self._process:
            return
        self._answered_at = time.monotonic()
        match event:
            case Picture():
                self.feeds[event.stream].put(event)
            case PictureCleared():
                self.feeds[event.stream].clear()
            case Pong():
                pass
            case EngineStarted():
                self._go_on(event)
            case _:
                self.received.emit(event)

    def _go_on(self, event: EngineStarted) -> None:
        self._tell(EngineState.RUNNING)
        for blur in self._blurs.values():
            self._put(blur)
        for view in self._views.values():
            self._put(view)
        self.started.emit(event)

    def _ended(self, process: _Process) -> None:
        """The process is gone without having been asked to."""
        if process is not self._process:
            return
        self._process = None
        process.kill()
        self._scope.start(asyncio.to_thread(process.join, QUIT_TIMEOUT_S), "bury")
        for feed in self.feeds.values():
            feed.forget()
        if time.monotonic() - self._started_at > HEALTHY_AFTER_S:
            self._restarts = 0
        if self._restarts >= RESTARTS_MAX:
            self._tell(EngineState.FAILED)
            return
        self._restarts += 1
        log.warning("the engine ended; start %d of %d again", self._restarts, RESTARTS_MAX)
        self._tell(EngineState.RESTARTING)
        try:
            self.spawn()
        except OSError:
            log.exception("the engine cannot be started again")
            self._tell(EngineState.FAILED)
        else:
            self._serve()

    async def _watch(self) -> None:
        """Ping the engine and kill one that does not answer; its end restarts it."""
        number = 0
        while True:
            due_at = time.monotonic() + PING_INTERVAL_S
            await asyncio.sleep(PING_INTERVAL_S)
            late_s = time.monotonic() - due_at
            if late_s > PING_INTERVAL_S:
                # While this thread stood still the whole machine may have: no fault of the engine.
                self._answered_at = min(time.monotonic(), self._answered_at + late_s)
            if self._process is None:
                continue
            number += 1
            self._put(Ping(number=number))
            limit = HUNG_AFTER_S if self.state is EngineState.RUNNING else START_TIMEOUT_S
            if self._process is not None and time.monotonic() - self._answered_at > limit:
                log.warning("the engine does not answer and is killed")
                self._process.kill()

    def _put(self, command: Command) -> None:
        assert self._process is not None
        try:
            self._process.send(command)
        except queue.Full:
            self._process.kill()

    def _release(self, stream: Stream, slot: int) -> None:
        self.send(ReleasePicture(stream=stream, slot=slot))

    def _tell(self, state: EngineState) -> None:
        self.state = state
        self.state_changed.emit(state)
