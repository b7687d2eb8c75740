"""A small client of the wire for tests: says hello, sends, and waits for what must come next."""

import asyncio
import base64
from collections.abc import Sequence
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.protocol.codec import decode_server, encode
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallNext,
    Challenge,
    Hello,
    Message,
    Mode,
    QueueJoin,
    QueueJoined,
    QueueMatched,
    ServerMessage,
    SessionError,
    Welcome,
)
from signaling_server.protocol.proofs import signed_part, solve
from signaling_server.protocol.versions import VERSIONS, Feature

DEADLINE_S = 10.0

PLAIN_FEATURES = tuple(feature for feature in Feature if feature is not Feature.ACKNOWLEDGED)
"""Those of a client that does not count what it hears."""

M = TypeVar("M", bound=Message)


class WireClient:
    """One socket. Everything that comes is read in order, so an unexpected message is noticed."""

    def __init__(
        self, url: str, connector: aiohttp.TCPConnector | None = None, **connect: Any
    ) -> None:
        self._url = url
        self._connect = connect
        self._http = aiohttp.ClientSession(connector=connector)
        self._searches = count(1)
        self.welcome: Welcome | None = None

    async def __aenter__(self) -> Self:
        try:
            self.socket = await self._http.ws_connect(self._url, max_msg_size=0, **self._connect)
        except BaseException:
            await self._http.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.socket.close()
        await self._http.close()

    async def hello(
        self,
        features: Sequence[str] = PLAIN_FEATURES,
        key: Ed25519PrivateKey | None = None,
        resume: str | None = None,
        versions: Sequence[int] = VERSIONS,
        challenge: Challenge | None = None,
        **coming_back: Any,
    ) -> Welcome:
        """Say hello, with a signature and with work where they are asked for."""
        public = None if key is None else in_base64(key.public_key().public_bytes_raw())
        hello = Hello(list(versions), list(features), key=public, resume=resume, **coming_back)
        if challenge is not None:
            hello = self.answered(hello, challenge, key)
        await self.send(hello)
        answer = await self.receive_any()
        if isinstance(answer, Challenge):
            await self.send(self.answered(hello, answer, key))
            answer = await self.receive_any()
        assert isinstance(answer, Welcome), answer
        self.welcome = answer
        return answer

    def answered(self, hello: Hello, challenge: Challenge, key: Ed25519PrivateKey | None) -> Hello:
        """Return the hello with what the challenge asks for."""
        work = solve(challenge.nonce, challenge.work) if challenge.work else []
        if key is None:
            return msgspec.structs.replace(hello, work=work)
        signed = signed_part(challenge.nonce, urlsplit(self._url).hostname or "")
        return msgspec.structs.replace(hello, signature=in_base64(key.sign(signed)), work=work)

    async def join(self, mode: Mode = Mode.VIDEO, **wishes: Any) -> int:
        """Search, see that the server has taken it, and return the number of the search."""
        return await self._search(QueueJoin(search=next(self._searches), mode=mode, **wishes))

    async def next(self, mode: Mode = Mode.VIDEO, **wishes: Any) -> int:
        """Press next; otherwise like join."""
        return await self._search(CallNext(search=next(self._searches), mode=mode, **wishes))

    def next_message(self, mode: Mode = Mode.VIDEO) -> CallNext:
        """Return what next sends, for who does not wait for the answer."""
        return CallNext(search=next(self._searches), mode=mode)

    async def _search(self, search: QueueJoin | CallNext) -> int:
        await self.send(search)
        joined = await self.receive(QueueJoined)
        assert joined.search == search.search
        return search.search

    async def matched(self) -> QueueMatched:
        return await self.receive(QueueMatched)

    async def send(self, message: Message) -> None:
        await self.socket.send_str(encode(message))

    async def send_raw(self, frame: str | bytes) -> None:
        """Send a text frame as it is, or bytes as a binary one."""
        if isinstance(frame, bytes):
            await self.socket.send_bytes(frame)
        else:
            await self.socket.send_str(frame)

    async def receive_any(self, within_s: float = DEADLINE_S) -> ServerMessage:
        """Return the next message, whatever it is."""
        frame = await self.socket.receive(timeout=within_s)
        assert frame.type is aiohttp.WSMsgType.TEXT, f"the socket ended: {frame}"
        return decode_server(frame.data)

    async def receive(self, kind: type[M], within_s: float = DEADLINE_S) -> M:
        """Return the next message, which has to be of this kind."""
        message = await self.receive_any(within_s)
        assert isinstance(message, kind), f"{kind.__name__} expected, came {message}"
        return message

    async def receive_later(self, kind: type[M], within_s: float = DEADLINE_S) -> M:
        """Return the next message of this kind, passing over others."""
        async with asyncio.timeout(within_s):
            while True:
                message = await self.receive_any(within_s)
                if isinstance(message, kind):
                    return message

    async def refused(self, code: ErrorCode) -> SessionError:
        error = await self.receive(SessionError)
        assert error.code is code, error
        return error

    async def hears_nothing(self) -> None:
        """See that the server had nothing to say before it answers one more message."""
        await self.send_raw(msgspec.json.encode({"type": "test.anything_else"}).decode())
        await self.refused(ErrorCode.UNKNOWN_TYPE)

    async def closed(self, within_s: float = DEADLINE_S) -> int | None:
        """Wait for the server to close the socket and return the close code."""
        frame = await self.socket.receive(timeout=within_s)
        assert frame.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}, frame
        return self.socket.close_code

    def drop(self) -> None:
        """Lose the connection, if it still stands, without a goodbye."""
        connection = self.socket._conn  # aiohttp has no public way to break a connection
        if connection is not None and connection.transport is not None:
            connection.transport.abort()


def in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
