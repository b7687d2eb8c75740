"""A call between two engine processes of this program, over the loopback address alone."""

import asyncio
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from typing import TypeVar

import aioice.ice

from desktop_app import engine_messages as messages
from desktop_app.engine.entry import run as run_engine
from desktop_app.engine_messages import Stream
from desktop_app.media.engine import Engine
from desktop_app.self_test.report import Missing, Report
from signaling_server.protocol.messages import Exchange, Mode, Role

WITHIN_S = 60.0
CALL = "self-test"
WORDS = "¿qué tal? 🙂"
VOICES_HZ = (523.0, 701.0)
HEARD = 0.02
"""Amplitude of a tone, of 1; silence has none."""
SIZE = (320, 240)

E = TypeVar("E", bound=messages.Message)


def run_engine_on_loopback(pipe: Connection, picture_blocks: dict[str, str]) -> None:
    """Be an engine that knows no address but 127.0.0.1, which aioice otherwise leaves out."""
    aioice.ice.get_host_addresses = lambda **_versions: ["127.0.0.1"]
    run_engine(pipe, picture_blocks)


async def check_call(report: Report) -> None:
    """Picture, sound and text each way; afterwards no process and no shared memory is left."""
    sides = [_Side(hz) for hz in VOICES_HZ]
    names = [feed.block_name for side in sides for feed in side.engine.feeds.values()]
    async with report.check("call") as check:
        await asyncio.gather(*(side.get_ready() for side in sides))
        _introduce(*sides)
        await asyncio.gather(*(side.wait(messages.CallConnected) for side in sides))
        check.detail = "connected on loopback"
    connected = report.checks["call"].ok
    async with report.check("call picture") as check:
        _require(connected)
        shown = await asyncio.gather(*(side.picture() for side in sides))
        check.detail = ", ".join(f"{width} x {height}" for width, height in shown)
    async with report.check("call sound") as check:
        _require(connected)
        heard = await asyncio.gather(
            *(side.hear(other) for side, other in zip(sides, reversed(VOICES_HZ), strict=True))
        )
        check.detail = [round(level, 3) for level in heard]
    async with report.check("call text") as check:
        _require(connected)
        for one, other in (sides, sides[::-1]):
            one.engine.send(messages.SendText(CALL, 1, WORDS))
            if (await other.wait(messages.TextReceived)).text != WORDS:
                raise Missing("a text arrived changed")
        check.detail = "both ways"
    async with report.check("shared memory") as check:
        await asyncio.gather(*(side.engine.close() for side in sides))
        left = [name for name in names if _exists(name)]
        if left:
            raise Missing(f"{len(left)} blocks were left behind")
        check.detail = f"{len(names)} blocks returned"


class _Side:
    """One engine and what it has said."""

    def __init__(self, voice_hz: float) -> None:
        self.engine = Engine(run_engine_on_loopback)
        self.ready: messages.ConnectionReady | None = None
        self._voice_hz = voice_hz
        self._events: list[messages.Event] = []
        self._arrived = asyncio.Event()
        self.engine.received.connect(self._take)
        self.engine.started.connect(self._take)
        self.engine.start()

    async def get_ready(self) -> None:
        await self.wait(messages.EngineStarted)
        width, height = SIZE
        self.engine.send(messages.OpenCamera(stand_in=True, width=width, height=height))
        self.engine.send(messages.OpenMicrophone(stand_in_hz=self._voice_hz))
        self.engine.send(messages.OpenSpeaker())
        self.engine.send(messages.MuteMicrophone(False))
        for stream in Stream:
            self.engine.set_view(stream, width, height)
        self.engine.send(messages.PrepareConnection(Mode.VIDEO))
        self.ready = await self.wait(messages.ConnectionReady)

    async def wait(self, kind: type[E]) -> E:
        """Return the oldest event of a kind, and forget it and all before it."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                for place, event in enumerate(self._events):
                    if isinstance(event, kind):
                        del self._events[: place + 1]
                        return event
                self._arrived.clear()
                await self._arrived.wait()

    async def picture(self) -> tuple[int, int]:
        """Wait for a picture of the stranger that is not all of one colour."""
        feed = self.engine.feeds[Stream.STRANGER]
        arrived = asyncio.Event()
        stop = feed.arrived.connect(lambda _: arrived.set())
        try:
            async with asyncio.timeout(WITHIN_S):
                while True:
                    picture = feed.take()
                    if picture is not None and len(set(bytes(picture.pixels[::97]))) > 8:
                        return picture.width, picture.height
                    arrived.clear()
                    await arrived.wait()
        finally:
            stop()

    async def hear(self, voice_hz: float) -> float:
        """Wait until the other's voice is in what is played, and return how loud it is."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                self.engine.send(messages.MeasurePlayback([voice_hz]))
                (level,) = (await self.wait(messages.PlaybackMeasured)).levels
                if level > HEARD:
                    return level
                await asyncio.sleep(0.1)

    def _take(self, event: messages.Event) -> None:
        self._events.append(event)
        self._arrived.set()


def _introduce(offerer: _Side, answerer: _Side) -> None:
    """Hand each the other's description, as a server does."""
    for side, other, role in (
        (offerer, answerer, Role.OFFERER),
        (answerer, offerer, Role.ANSWERER),
    ):
        assert side.ready is not None and other.ready is not None
        side.engine.send(
            messages.StartCall(
                CALL,
                Mode.VIDEO,
                role,
                Exchange.PAIRED,
                side.ready.connection,
                other.ready.description,
            )
        )


def _require(connected: bool) -> None:
    if not connected:
        raise Missing("there is no call to look at")


def _exists(block: str) -> bool:
    try:
        SharedMemory(block).close()
    except FileNotFoundError:
        return False
    return True
