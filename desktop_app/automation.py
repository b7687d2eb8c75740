"""JSON lines on standard input and output, for the demonstration, tests and benchmarks.

It presses the same keys and calls the same verbs a person does and reports what was painted,
played out and written; docs/automation.md lists commands and events. Only --automation
starts it: nothing listens on a network or a socket.
"""

import asyncio
import functools
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.core import TaskScope
from desktop_app.engine_messages import (
    DeviceKind,
    Event,
    MeasurePlayback,
    PlaybackMeasured,
    Statistics,
    Stream,
)
from desktop_app.host.first_paint import FirstPaint
from desktop_app.media.engine import Engine
from desktop_app.media.pictures import PaintedPicture
from desktop_app.session.conversation import Conversation
from desktop_app.session.equipment import Equipment
from desktop_app.session.situation import DeviceSituation, Situation, TranscriptLine
from desktop_app.settings.store import SettingsStore

ANSWER_TIMEOUT_S = 5.0

log = logging.getLogger(__name__)

Command = dict[str, Any]


class Automation:
    """Reads commands on a thread of its own and runs them on the interface's thread."""

    def __init__(
        self,
        *,
        window: QWidget,
        engine: Engine,
        conversation: Conversation,
        equipment: Equipment,
        store: SettingsStore,
        quit_asked: asyncio.Event,
    ) -> None:
        self._window = window
        self._engine = engine
        self._conversation = conversation
        self._equipment = equipment
        self._store = store
        self._quit_asked = quit_asked
        self._load = InterfaceLoad(time.monotonic)
        self._scope = TaskScope("automation")
        self._loop = asyncio.get_running_loop()
        self._painted = dict.fromkeys(Stream, 0)
        self._painted_call = ""
        self._points: dict[Stream, list[tuple[float, float]]] = {}
        self._playback: asyncio.Future[list[float]] | None = None
        self._verbs: dict[str, Callable[[Command], Awaitable[object]]] = {
            "press": self._press,
            "next": self._next,
            "stop": self._stop,
            "say": self._say,
            "change": self._change,
            "status": self._status,
            "screenshot": self._screenshot,
            "measure_playback": self._measure_playback,
            "watch_pictures": self._watch_pictures,
            "burn": self._burn,
            "quit": self._quit,
        }
        conversation.changed.connect(self._tell_situation)
        conversation.line_added.connect(self._tell_line)
        conversation.line_changed.connect(self._tell_line)
        equipment.changed.connect(self._tell_device)
        engine.received.connect(self._take_event)
        engine.started.connect(
            lambda _: self._tell(event="engine_ready", at_ns=time.monotonic_ns())
        )
        self._first_paint = FirstPaint(window, self._tell_shown)
        for stream, feed in engine.feeds.items():
            feed.painted.connect(functools.partial(self._tell_painted, stream))

    def start(self) -> None:
        threading.Thread(target=self._read, name="automation", daemon=True).start()
        self._tell(event="ready", pid=os.getpid(), engine_pid=self._engine.pid)

    async def close(self) -> None:
        self._load.change(busy_ms=0, every_ms=1)
        await self._scope.close()

    # --- commands ------------------------------------------------------------------------

    def _read(self) -> None:
        """Hand lines to the loop; the end of the input asks to quit."""
        for line in sys.stdin:
            if line.strip():
                self._loop.call_soon_threadsafe(self._take_line, line)
        self._loop.call_soon_threadsafe(self._take_end)

    def _take_end(self) -> None:
        """A command as well, so that those before it are begun first."""
        self._scope.start(self._quit({}), "end")

    def _take_line(self, line: str) -> None:
        self._scope.start(self._run(line), "command")

    async def _run(self, line: str) -> None:
        answer_to: object = None
        try:
            command = json.loads(line)
            answer_to = command.get("id")
            verb = self._verbs.get(command["do"])
            if verb is None:
                raise ValueError(f"do is none of {', '.join(self._verbs)}")
            result = await verb(command)
        except (ValueError, KeyError, TypeError, AttributeError, TimeoutError) as error:
            self._tell(event="error", id=answer_to, text=f"{type(error).__name__}: {error}")
        else:
            self._tell(event="done", id=answer_to, result=result, at_ns=time.monotonic_ns())

    async def _press(self, command: Command) -> object:
        """Press a key where the focus is, as a keyboard would."""
        from PySide6.QtTest import QTest

        await self._activate()
        target = QApplication.focusWidget() or self._window
        at_ns = time.monotonic_ns()
        QTest.keySequence(target, QKeySequence(command["key"]))
        return {"at_ns": at_ns}

    async def _activate(self) -> None:
        """Bring the window to the front: keys go to the active one only."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            while QApplication.activeWindow() is None:
                self._window.activateWindow()
                self._window.raise_()
                await asyncio.sleep(0.02)

    async def _next(self, _command: Command) -> object:
        at_ns = time.monotonic_ns()
        self._conversation.next()
        return {"at_ns": at_ns}

    async def _stop(self, _command: Command) -> object:
        self._conversation.stop()
        return None

    async def _say(self, command: Command) -> object:
        return self._conversation.say(command["text"])

    async def _change(self, command: Command) -> object:
        """Change settings by name, as the settings dialog does."""
        current = msgspec.to_builtins(self._store.value)
        changed = msgspec.convert({**current, **command["settings"]}, type(self._store.value))
        names = command["settings"]
        self._store.change(**{name: getattr(changed, name) for name in names})
        return None

    async def _status(self, _command: Command) -> object:
        return {
            "situation": msgspec.to_builtins(self._conversation.situation),
            "devices": {
                kind.value: msgspec.to_builtins(self._equipment.situation(kind))
                for kind in DeviceKind
            },
            "painted": {stream.value: count for stream, count in self._painted.items()},
            "transcript": msgspec.to_builtins(self._conversation.transcript),
            "engine_pid": self._engine.pid,
        }

    async def _screenshot(self, command: Command) -> object:
        if not self._window.grab().save(command["path"]):
            raise ValueError(f"cannot write {command['path']}")
        return command["path"]

    async def _measure_playback(self, command: Command) -> object:
        self._playback = self._loop.create_future()
        self._engine.send(MeasurePlayback(frequencies_hz=command["hz"]))
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            return await self._playback

    async def _watch_pictures(self, command: Command) -> object:
        """Report the brightness of these points (fractions of width, height) as painted."""
        points = [(float(x), float(y)) for x, y in command["points"]]
        self._points[Stream(command["stream"])] = points
        return None

    async def _burn(self, command: Command) -> object:
        self._load.change(busy_ms=command["busy_ms"], every_ms=command["every_ms"])
        return None

    async def _quit(self, _command: Command) -> object:
        self._quit_asked.set()
        return None

    # --- reports -------------------------------------------------------------------------

    def _tell(self, **report: object) -> None:
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()

    def _tell_shown(self) -> None:
        self._tell(event="shown", at_ns=time.monotonic_ns())

    def _tell_situation(self, situation: Situation) -> None:
        self._tell(event="situation", **msgspec.to_builtins(situation))

    def _tell_line(self, line: TranscriptLine) -> None:
        self._tell(event="line", **msgspec.to_builtins(line))

    def _tell_device(self, situation: DeviceSituation) -> None:
        self._tell(event="device", **msgspec.to_builtins(situation))

    def _take_event(self, event: Event) -> None:
        if isinstance(event, PlaybackMeasured) and self._playback is not None:
            if not self._playback.done():
                self._playback.set_result(event.levels)
            self._playback = None
        elif isinstance(event, Statistics):
            self._tell(event="statistics", at_ns=time.monotonic_ns(), **msgspec.to_builtins(event))

    def _tell_painted(self, stream: Stream, painted: PaintedPicture) -> None:
        self._painted[stream] += 1
        picture = painted.picture
        if stream is Stream.STRANGER and picture.call != self._painted_call:
            self._painted_call = picture.call
            self._tell(event="first_painted", call=picture.call, at_ns=painted.painted_ns)
        if (points := self._points.get(stream)) is not None:
            self._tell(
                event="painted",
                stream=stream.value,
                at_ns=painted.painted_ns,
                captured_ns=picture.captured_ns,
                width=picture.width,
                height=picture.height,
                brightness=[_brightness(painted, x, y) for x, y in points],
            )


class InterfaceLoad(QObject):
    """Holds up the thread it lives on for a part of the time; clock returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._busy_s = 0.0
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._burn)

    def change(self, *, busy_ms: float, every_ms: int) -> None:
        """Burn busy_ms out of every_ms from now on; 0 ends it.

        Raises ValueError when that leaves no time for anything else.
        """
        if not 0 <= busy_ms < every_ms:
            raise ValueError(f"cannot burn {busy_ms} ms of every {every_ms} ms")
        self._busy_s = busy_ms / 1000
        if busy_ms:
            self._timer.start(every_ms)
        else:
            self._timer.stop()

    def _burn(self) -> None:
        until = self._clock() + self._busy_s
        while self._clock() < until:
            pass


def _brightness(painted: PaintedPicture, x: float, y: float) -> int:
    """Return green, 0 to 255, at a point given in fractions of the picture."""
    picture = painted.picture
    column = min(int(x * picture.width), picture.width - 1)
    row = min(int(y * picture.height), picture.height - 1)
    return picture.pixels[(row * picture.width + column) * 4 + 1]
