"""Our engine process with the smallest client around it that docs/protocol.md allows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import aiohttp

from desktop_app import engine_messages as engine
from signaling_server.protocol import codec, messages
from signaling_server.protocol.messages import IceServer, Mode
from signaling_server.protocol.versions import VERSIONS, Feature
from tests import frame_code
from tests.desktop_app.engine.engine_driver import EngineDriver

E = TypeVar("E", bound=engine.Message)
VIEW = (640, 480)


class EnginePeer:
    """Searches, answers the server and hands everything to the engine."""

    def __init__(
        self,
        driver: EngineDriver,
        socket: aiohttp.ClientWebSocketResponse,
        mode: Mode,
        relay: messages.SessionRelay | None = None,
    ) -> None:
        self._driver = driver
        self._socket = socket
        self._mode = mode
        self._relay = relay
        self.music = False
        """To be set before the search."""
        self.match: messages.QueueMatched | None = None
        self._matched = asyncio.Event()

    async def search(self) -> None:
        """Park an offer and wait for a stranger."""
        relay = self._relay
        servers = [IceServer(relay.urls, relay.username, relay.credential)] if relay else []
        relay_only = relay is not None
        self._driver.send(engine.ProcessVoice(music=self.music))
        self._driver.send(
            engine.PrepareConnection(self._mode, servers, relay_only=relay_only, music=self.music)
        )
        ready = await self.wait(engine.ConnectionReady)
        self._connection = ready.connection
        await self._say(
            messages.QueueJoin(search=1, mode=self._mode, description=ready.description)
        )

    async def connect(self) -> messages.QueueMatched:
        """Wait for a stranger, describe ourselves where that is left to do, and connect."""
        await asyncio.wait_for(self._matched.wait(), 10)
        assert self.match is not None
        if self.match.role is messages.Role.ANSWERER:
            own = await self.wait(engine.LocalDescription)
            await self._say(messages.CallDescription(own.call, own.kind, own.sdp))
        await self.wait(engine.CallConnected)
        return self.match

    async def wait(self, kind: type[E], fits: Callable[[E], bool] = lambda event: True) -> E:
        """Return the next event of the engine that fits."""
        return await asyncio.to_thread(self._driver.wait, kind, fits)

    async def see_code(self) -> int:
        """Wait for a picture of the stranger that carries a frame code, and return that."""
        picture = await asyncio.to_thread(
            self._driver.wait_picture,
            engine.Stream.STRANGER,
            lambda pixels: frame_code.read(pixels[:, :, 1]) is not None,
        )
        code = frame_code.read(picture[:, :, 1])
        assert code is not None
        return code

    async def hear(self, frequency_hz: float, other_hz: float) -> None:
        """Wait until a frequency is played out, far louder than another one."""
        async with asyncio.timeout(15):
            while True:
                self._driver.send(engine.MeasurePlayback([frequency_hz, other_hz]))
                level, other = (await self.wait(engine.PlaybackMeasured)).levels
                if level > 0.01 and level > 10 * other:
                    return

    def mute(self, muted: bool) -> None:
        self._driver.send(engine.MuteMicrophone(muted))

    def write(self, text: str) -> None:
        assert self.match is not None
        self._driver.send(engine.SendText(self.match.call, 1, text))

    async def follow_server(self) -> None:
        """Hand what the server says to the engine until cancelled."""
        async for frame in self._socket:
            match codec.decode_server(frame.data):
                case messages.QueueMatched() as match:
                    self._begin(match)
                case messages.CallDescription(call=call, kind=kind, sdp=sdp):
                    self._driver.send(engine.RemoteDescription(call, kind, sdp))
                case messages.CallCandidate() as given:
                    self._driver.send(
                        engine.RemoteCandidate(
                            given.call, given.candidate, given.sdp_mid, given.sdp_mline_index
                        )
                    )

    def _begin(self, match: messages.QueueMatched) -> None:
        self.match = match
        self._driver.send(
            engine.StartCall(
                match.call,
                self._mode,
                match.role,
                match.exchange,
                self._connection,
                match.description,
            )
        )
        self._matched.set()

    async def _say(self, message: messages.Message) -> None:
        await self._socket.send_str(codec.encode(message))


@contextlib.asynccontextmanager
async def running_engine_peer(
    server: str, mode: Mode, camera: Path | None, voice_hz: float, relayed: bool = False
) -> AsyncIterator[EnginePeer]:
    """Start an engine with its devices open and a session at the server (ws://host:port).

    relayed: it calls through the server's relay alone.
    """
    features = [Feature.PAIRED_DESCRIPTIONS, *([Feature.RELAY] if relayed else [])]
    hello = messages.Hello(list(VERSIONS), features, client="engine peer")
    async with contextlib.AsyncExitStack() as stack:
        driver = await asyncio.to_thread(EngineDriver)
        stack.push_async_callback(asyncio.to_thread, driver.stop)
        await asyncio.to_thread(driver.wait, engine.EngineStarted)
        if camera is not None:
            driver.send(engine.OpenCamera(str(camera)))
            await asyncio.to_thread(
                driver.wait, engine.DeviceOpened, lambda e: e.device.kind == "camera"
            )
        driver.send(engine.OpenMicrophone(stand_in_hz=voice_hz))
        driver.send(engine.OpenSpeaker())
        driver.send(engine.SetView(engine.Stream.STRANGER, *VIEW))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        socket = await stack.enter_async_context(session.ws_connect(f"{server}/v1/ws"))
        await socket.send_str(codec.encode(hello))
        codec.decode_server(await socket.receive_str())
        relay = await _access(socket, mode) if relayed else None
        peer = EnginePeer(driver, socket, mode, relay)
        following = asyncio.create_task(peer.follow_server())
        try:
            yield peer
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


async def _access(socket: aiohttp.ClientWebSocketResponse, mode: Mode) -> messages.SessionRelay:
    """Ask for access to the relay by a search in a mode where the test has nobody else."""
    other = Mode.VOICE if mode is Mode.TEXT else Mode.TEXT
    await socket.send_str(codec.encode(messages.QueueJoin(search=0, mode=other)))
    access = codec.decode_server(await socket.receive_str())
    assert isinstance(access, messages.SessionRelay)
    await socket.send_str(codec.encode(messages.QueueLeave()))
    while not isinstance(codec.decode_server(await socket.receive_str()), messages.QueueLeft):
        pass
    return access
