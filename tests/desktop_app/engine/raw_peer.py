"""A stranger made of plain aiortc, free to misbehave."""

import asyncio
from types import TracebackType
from typing import TypeVar

import av
import numpy as np
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
    VideoStreamTrack,
)

from desktop_app import engine_messages as messages
from signaling_server.protocol.messages import DescriptionKind, Exchange, Mode, Role
from tests.desktop_app.engine.calls import new_call
from tests.desktop_app.engine.engine_driver import EngineDriver

E = TypeVar("E", bound=messages.Message)


class Pictures(VideoStreamTrack):
    """Plain pictures of the given sizes, one after another, the last one for ever."""

    def __init__(self, sizes: list[tuple[int, int]]) -> None:
        super().__init__()
        self._sizes = list(sizes)

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        width, height = self._sizes.pop(0) if len(self._sizes) > 1 else self._sizes[0]
        frame = av.VideoFrame.from_ndarray(
            np.full((height * 3 // 2, width), 90, dtype=np.uint8), format="yuv420p"
        )
        frame.pts, frame.time_base = pts, time_base
        return frame


class RawPeer:
    """Answers an engine's classical offer. Use it as an async context manager."""

    def __init__(
        self,
        engine: EngineDriver,
        sizes: list[tuple[int, int]] | None = None,
        codec: str = "video/VP8",
    ) -> None:
        self.engine = engine
        self.call = new_call()
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._sizes = sizes
        self._codec = codec
        self._open = asyncio.Event()

    async def __aenter__(self) -> "RawPeer":
        mode = Mode.TEXT if self._sizes is None else Mode.VIDEO
        self.engine.send(messages.StartCall(self.call, mode, Role.OFFERER, Exchange.CLASSICAL))
        offer = await self.wait(messages.LocalDescription)
        if self._sizes is not None:
            for kind in ("audio", "video"):
                self.connection.addTransceiver(kind)
            self._prefer_codec()
        await self.connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        # Only now: aiortc gathers nothing when the channel was there before the bundle.
        self.channel = self.connection.createDataChannel("passerby", negotiated=True, id=0)
        self.channel.on("open", self._open.set)
        if self._sizes is not None:
            self.connection.addTrack(Pictures(self._sizes))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        answer = self.connection.localDescription.sdp
        self.engine.send(messages.RemoteDescription(self.call, DescriptionKind.ANSWER, answer))
        await self.wait(messages.CallConnected)
        await asyncio.wait_for(self._open.wait(), 10)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.connection.close()

    async def wait(self, kind: type[E]) -> E:
        """Wait for an event of the engine while this peer's loop runs on."""
        return await asyncio.to_thread(self.engine.wait, kind)

    async def expect_end(self, failure: messages.CallFailure) -> None:
        """The engine ends this call for this reason, and goes on living."""
        failed = await self.wait(messages.CallFailed)
        assert failed == messages.CallFailed(self.call, failure)
        self.engine.send(messages.Ping(99))
        assert (await self.wait(messages.Pong)).number == 99

    def _prefer_codec(self) -> None:
        codecs = RTCRtpSender.getCapabilities("video").codecs
        for transceiver in self.connection.getTransceivers():
            if transceiver.kind == "video":
                transceiver.setCodecPreferences([c for c in codecs if c.mimeType == self._codec])
