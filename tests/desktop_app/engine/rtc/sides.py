"""The two ends of a call in one loop, and media that go nowhere."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from desktop_app import engine_messages as messages
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc import cures
from desktop_app.engine.rtc.call import Call
from desktop_app.engine.rtc.call_parts import CallParts
from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.conversation import Conversation
from desktop_app.engine.rtc.receiving import Sink, VideoSink
from desktop_app.engine.rtc.relay import Relay
from signaling_server.protocol.messages import Exchange, Mode, Role


class TextOnly:
    """The media of calls that carry none."""

    music = False
    has_picture = False

    def video_sink(self, call: str, on_hostile: Callable[[], None], lips: LipSync) -> Sink:
        raise AssertionError("a text call has no pictures")

    def sound_sink(self, lips: LipSync) -> VoiceStream:
        raise AssertionError("a text call has no sound")

    def hear(self, voice: VoiceStream) -> None: ...

    def use_codec(self, name: str) -> None: ...

    def request_key_frame(self) -> None: ...

    def use_bitrate(self, bitrate_bps: int) -> None: ...

    def say_state(self, conversation: Conversation) -> None: ...

    def show_stranger(self, camera: bool) -> None: ...


class Seeing(TextOnly):
    """The media of a call with pictures that nobody looks at. begun is set with the first codec."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    def video_sink(self, call: str, on_hostile: Callable[[], None], lips: LipSync) -> Sink:
        return VideoSink(lambda _picture: None, on_hostile, lips.pictures)

    def sound_sink(self, lips: LipSync) -> VoiceStream:
        return VoiceStream(time.monotonic, lips)

    def use_codec(self, name: str) -> None:
        self.begun.set()


class Side:
    """One end of a paired call. ice is aioice's own connection."""

    def __init__(self, connection: Connection, offer: str, mode: Mode) -> None:
        self.mode = mode
        self.connection = connection
        self.offer = offer
        self.ice: Any = cures.ice_transport(connection.peer)._connection
        self.connected = asyncio.Event()
        self.described: asyncio.Queue[messages.LocalDescription] = asyncio.Queue()
        self.replaced: asyncio.Queue[messages.Message] = asyncio.Queue()
        self.closing = Closing()
        self.told_connected = 0

    @classmethod
    async def prepare(cls, mode: Mode = Mode.TEXT) -> "Side":
        connection = Connection(kinds_of(mode), [])
        return cls(connection, await connection.make_offer(), mode)

    def call(self, role: Role, description: str, media: TextOnly | None = None) -> Call:
        start = messages.StartCall(
            "call",
            self.mode,
            role,
            Exchange.PAIRED,
            self.connection.id,
            description,
            replaceable=True,
        )
        return Call(start, (self.connection, self.offer), [], self._parts(media or TextOnly()))

    def answer(self, offer: str, media: TextOnly) -> Call:
        """Return a call of a classical exchange, for which nothing had to be ready."""
        start = messages.StartCall(
            "call", self.mode, Role.ANSWERER, Exchange.CLASSICAL, description=offer
        )
        return Call(start, (self.connection, self.offer), [], self._parts(media))

    def _parts(self, media: TextOnly) -> CallParts:
        return CallParts(
            self._take,
            media,
            self.closing,
            Relay(),
            on_connected=self._note_connected,
            on_over=lambda _id: None,
        )

    def _note_connected(self) -> None:
        self.told_connected += 1

    def _take(self, event: messages.Message) -> None:
        if isinstance(event, messages.CallConnected):
            self.connected.set()
        elif isinstance(event, messages.LocalDescription):
            self.described.put_nowait(event)
        elif isinstance(event, messages.ConnectionReplaced | messages.ReplacementFailed):
            self.replaced.put_nowait(event)
