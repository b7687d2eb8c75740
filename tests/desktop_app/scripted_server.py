"""A server that says what a test tells it to, true or not, and keeps what it hears."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, TypeVar

from aiohttp import WSMsgType, web

from desktop_app.signaling.address import SOCKET_PATH
from signaling_server.protocol.codec import decode_client, encode
from signaling_server.protocol.messages import (
    Challenge,
    ClientMessage,
    Hello,
    Message,
    Welcome,
)

DEADLINE_S = 10.0

M = TypeVar("M", bound=Message)


def welcome(**fields: object) -> Welcome:
    return Welcome(
        **{  # type: ignore[arg-type]  # by name
            "version": 1,
            "session": "session",
            "resume": "token",
            "resume_within_s": 60.0,
            "online": 2,
            **fields,
        }
    )


class ScriptedServer:
    """greet makes the frames that answer the hello of each new socket, or None to hang up.

    What it says and closes is the last socket that has said hello.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers_close = True
        self.challenge = Challenge("a-nonce-of-the-script")
        self.greet: Callable[[Hello], list[str] | None] = lambda _: [encode(welcome())]
        self._heard: asyncio.Queue[ClientMessage] = asyncio.Queue()
        self._socket: web.WebSocketResponse[Literal[True]] | None = None
        self._stop = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse[Literal[True]]:
        socket = web.WebSocketResponse(autoclose=self.answers_close, autoping=True)
        await socket.prepare(request)
        await socket.send_str(encode(self.challenge))
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            message = decode_client(frame.data)
            if isinstance(message, Hello):
                # A client may open more than one, and goes on with the first that stands.
                self._socket = socket
                frames = self.greet(message)
                if frames is None:
                    self.drop()
                    break
                for answer in frames:
                    await socket.send_str(answer)
            self._heard.put_nowait(message)
        if not self.answers_close:
            await self._stop.wait()
        return socket

    async def say(self, *messages: Message | str) -> None:
        assert self._socket is not None
        for message in messages:
            await self._socket.send_str(message if isinstance(message, str) else encode(message))

    async def hears(self, kind: type[M]) -> M:
        """Wait for the next message of a kind, passing over others."""
        _, message = await self.hears_until(kind)
        return message

    async def hears_until(self, kind: type[M]) -> tuple[list[ClientMessage], M]:
        """The same, with those that were passed over."""
        others: list[ClientMessage] = []
        async with asyncio.timeout(DEADLINE_S):
            while not isinstance(message := await self._heard.get(), kind):
                others.append(message)
        return others, message

    async def close(self, code: int) -> None:
        assert self._socket is not None
        await self._socket.close(code=code)

    def drop(self) -> None:
        """Break the socket without a goodbye."""
        transport = self._socket._req.transport if self._socket and self._socket._req else None
        assert transport is not None
        transport.abort()

    def end(self) -> None:
        self._stop.set()


@asynccontextmanager
async def scripted_server() -> AsyncIterator[ScriptedServer]:
    script = ScriptedServer()
    application = web.Application()
    application.router.add_get(SOCKET_PATH, script.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    script.url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield script
    finally:
        script.end()
        await runner.cleanup()
