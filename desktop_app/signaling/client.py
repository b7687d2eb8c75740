"""One session with a server, over sockets that come and go."""

import asyncio
import contextlib
import logging
import random
import ssl
import time

import aiohttp
from yarl import URL

from desktop_app.core import VERSION, Signal, TaskScope
from desktop_app.signaling.address import BadAddress, ServerAddress, is_private, parse_address
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.http import PROXY_FAILURES, FindProxy, no_proxy, open_http
from desktop_app.signaling.link import Link, LinkProblem, LinkState
from desktop_app.trust import tls_context
from signaling_server.protocol import limits
from signaling_server.protocol.codec import decode_server, encode
from signaling_server.protocol.errors import CloseCode, ErrorCode, ProtocolError
from signaling_server.protocol.messages import (
    Ban,
    Bye,
    Challenge,
    Hello,
    Message,
    ServerMessage,
    SessionError,
    Welcome,
)
from signaling_server.protocol.proofs import solve
from signaling_server.protocol.versions import VERSIONS, Feature

CONNECT_TIMEOUT_S = 10.0
CHALLENGE_QUERY = "?challenge=1"
CHALLENGE_WITHIN_S = 2.0
"""The challenge comes with the upgrade; a server that is silent longer wants the hello first."""
CHALLENGES_MAX = 3
"""A server that asks for more is not answered any more."""
HEARTBEAT_S = 10.0
"""A socket without an answer to a ping for half of this is given up."""
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
GOODBYE_TIMEOUT_S = 1.0
"""A server that has not answered a close by then is left without its answer."""
RETRY_AFTER_MAX_S = 300.0
"""Longest pause a server can ask for."""
OUTGOING_MAX = 256
"""Frames kept for a socket that does not take them; more and the socket is given up."""

log = logging.getLogger(__name__)


class _Refused(Exception):
    """Why a connection could not be made or held.

    final: trying again would not help before the person does something.
    """

    def __init__(
        self,
        problem: LinkProblem,
        *,
        final: bool = False,
        retry_after_s: float | None = None,
        ban: Ban | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.final = final
        self.retry_after_s = retry_after_s
        self.ban = ban


class SignalingClient:
    """Connects, says hello, resumes after a dropped socket, and tries again with jitter.

    All methods are called on the loop's thread. What is sent while no socket stands is
    dropped: whoever listens to `welcomed` says again what still matters. Without keys the
    client comes in as a person whom nobody can know again.
    """

    def __init__(self, keys: KeyRing | None = None, find_proxy: FindProxy = no_proxy) -> None:
        self.state = LinkState()
        self.state_changed: Signal[LinkState] = Signal()
        self.welcomed: Signal[Welcome] = Signal()
        self.received: Signal[ServerMessage] = Signal()
        self._keys = keys
        self._find_proxy = find_proxy
        self._scope = TaskScope("signaling")
        self._running: asyncio.Task[None] | None = None
        self._url = ""
        self._plain_accepted = False
        self._resume: str | None = None
        self._failures = 0
        self._outgoing: asyncio.Queue[str | None] | None = None
        """Frames to send; None closes the socket."""
        self._closing = False

    def connect(self, url: str, *, plain_accepted: bool = False) -> None:
        """Leave the server in use, if any, and go to this one."""
        if url != self._url:
            self._resume = None
        self._url, self._plain_accepted = url, plain_accepted
        self._failures = 0
        if self._running is not None:
            self._running.cancel()
        self._outgoing = None
        self._running = self._scope.start(self._run(), "run")

    def reconnect(self) -> None:
        """Try now what would be tried later; replaces a socket that may be dead after a sleep."""
        if self._url:
            self.connect(self._url, plain_accepted=self._plain_accepted)

    def renew_key(self) -> None:
        """Throw the key away for a new one, and come back as another person."""
        if self._keys is not None:
            self._keys.renew()
        self._resume = None
        self.reconnect()

    def send(self, message: Message) -> bool:
        """Hand a message to the socket; False when there is none."""
        if self._outgoing is None:
            return False
        try:
            self._outgoing.put_nowait(encode(message))
        except asyncio.QueueFull:
            self.reconnect()
            return False
        return True

    async def close(self) -> None:
        """Say goodbye, so that the stranger is told at once, and close."""
        self._closing = True
        if self.send(Bye()) and self._outgoing is not None and self._running is not None:
            with contextlib.suppress(asyncio.QueueFull):
                self._outgoing.put_nowait(None)
            await asyncio.wait({self._running}, timeout=GOODBYE_TIMEOUT_S)
        await self._scope.close()

    async def _run(self) -> None:
        while True:
            self._tell(LinkState(Link.CONNECTING, self.state.problem))
            try:
                await self._hold_session()
            except _Refused as refusal:
                if self._closing:
                    return
                if refusal.final:
                    self._tell(LinkState(Link.REFUSED, refusal.problem, ban=refusal.ban))
                    return
                await self._wait_to_retry(refusal)
            except Exception:
                # Whatever a server has brought about: a link that comes back, and the log says it.
                log.exception("the session with the server broke")
                await self._wait_to_retry(_Refused(LinkProblem.LOST))

    async def _wait_to_retry(self, refusal: _Refused) -> None:
        longest = min(LAST_RETRY_S, FIRST_RETRY_S * 2**self._failures)
        delay = random.uniform(longest / 2, longest)
        if refusal.retry_after_s is not None:
            delay = min(max(refusal.retry_after_s, 0.1), RETRY_AFTER_MAX_S)
        self._failures += 1
        self._tell(LinkState(Link.WAITING, refusal.problem, time.monotonic() + delay))
        await asyncio.sleep(delay)

    async def _hold_session(self) -> None:
        """Connect and serve one socket until it ends; always raises _Refused."""
        address = await self._checked_address()
        tls = tls_context() if address.secure else None
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S)
        try:
            opening = await open_http(address, self._find_proxy, timeout)
        except PROXY_FAILURES as error:
            raise _Refused(LinkProblem.PROXY) from error
        async with opening as http:
            socket = await self._open(http, address, tls)
            try:
                await self._serve(socket, address)
            finally:
                self._outgoing = None
                await socket.close()

    async def _checked_address(self) -> ServerAddress:
        try:
            address = parse_address(self._url)
        except BadAddress as error:
            raise _Refused(LinkProblem.BAD_ADDRESS, final=True) from error
        if address.secure or self._plain_accepted:
            return address
        try:
            private = await is_private(address.host)
        except OSError as error:
            raise _Refused(LinkProblem.UNREACHABLE) from error
        if not private:
            raise _Refused(LinkProblem.PLAIN_REFUSED, final=True)
        return address

    async def _open(
        self, http: aiohttp.ClientSession, address: ServerAddress, tls: ssl.SSLContext | None
    ) -> aiohttp.ClientWebSocketResponse:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                return await http.ws_connect(
                    address.socket_url + CHALLENGE_QUERY,
                    ssl=tls if tls is not None else True,
                    heartbeat=HEARTBEAT_S,
                    timeout=aiohttp.ClientWSTimeout(ws_close=GOODBYE_TIMEOUT_S),
                    # aiohttp refuses what is as long as the limit.
                    max_msg_size=limits.FRAME_MAX_BYTES + 1,
                )
        except PROXY_FAILURES as error:
            raise _Refused(LinkProblem.PROXY) from error
        except (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError) as error:
            raise _Refused(LinkProblem.CERTIFICATE, final=True) from error
        except aiohttp.ClientConnectorSSLError as error:
            raise _Refused(LinkProblem.CERTIFICATE) from error
        except aiohttp.WSServerHandshakeError as error:
            raise _Refused(LinkProblem.NO_SUCH_SERVER) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _Refused(LinkProblem.UNREACHABLE) from error

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, address: ServerAddress) -> None:
        welcome = await self._greet(socket, address)
        self._failures = 0
        self._resume = welcome.resume
        self._outgoing = asyncio.Queue(OUTGOING_MAX)
        writer = self._scope.start(self._write(socket, self._outgoing), "write")
        try:
            self._tell(LinkState(Link.ONLINE))
            self.welcomed.emit(welcome)
            async for frame in socket:
                if (message := self._decode(frame)) is not None:
                    self._take(message)
        finally:
            writer.cancel()
        raise _refusal_of_close(socket.close_code)

    async def _hello(self, challenge: Challenge | None, host: str) -> Hello:
        """Return the hello; work takes up to 100 ms and is done on a thread of its own."""
        key = None if self._keys is None else self._keys.key
        work = []
        if challenge is not None and challenge.work:
            work = await asyncio.to_thread(solve, challenge.nonce, challenge.work)
        return Hello(
            versions=list(VERSIONS),
            features=[Feature.PAIRED_DESCRIPTIONS, Feature.RELAY, Feature.INTERESTS],
            client=f"Passerby {VERSION}",
            key=None if key is None else key.public,
            signature=None if key is None or challenge is None else key.sign(challenge.nonce, host),
            work=work,
            resume=self._resume,
        )

    async def _greet(
        self, socket: aiohttp.ClientWebSocketResponse, address: ServerAddress
    ) -> Welcome:
        """Answer the challenge with a hello and return the welcome."""
        host = (URL(address.socket_url).raw_host or "").lower()
        try:
            message = await self._first_said(socket)
            for _ in range(CHALLENGES_MAX):
                if message is not None and not isinstance(message, Challenge):
                    break
                await socket.send_str(encode(await self._hello(message, host)))
                message = self._decode(await socket.receive(CONNECT_TIMEOUT_S))
        except TimeoutError as error:
            raise _Refused(LinkProblem.NO_SUCH_SERVER) from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise _Refused(LinkProblem.LOST) from error
        if isinstance(message, Welcome):
            if message.version not in VERSIONS:
                raise _Refused(LinkProblem.VERSION, final=True)
            return message
        if isinstance(message, SessionError):
            raise _refusal_of_error(message)
        raise _refusal_of_close(socket.close_code)

    async def _first_said(self, socket: aiohttp.ClientWebSocketResponse) -> ServerMessage | None:
        """Return what the server begins with, or None where it waits for a hello."""
        try:
            return self._decode(await socket.receive(CHALLENGE_WITHIN_S))
        except TimeoutError:
            return None

    def _take(self, message: ServerMessage) -> None:
        if isinstance(message, SessionError) and message.code in _ENDS_THE_SOCKET:
            raise _refusal_of_error(message)
        self.received.emit(message)

    async def _write(
        self, socket: aiohttp.ClientWebSocketResponse, outgoing: asyncio.Queue[str | None]
    ) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            while (frame := await outgoing.get()) is not None:
                await socket.send_str(frame)
        await socket.close()

    @staticmethod
    def _decode(frame: aiohttp.WSMessage) -> ServerMessage | None:
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return None
        try:
            return decode_server(frame.data)
        except ProtocolError as error:
            log.warning("frame from the server ignored: %s", error.code)
            return None

    def _tell(self, state: LinkState) -> None:
        self.state = state
        self.state_changed.emit(state)


_ENDS_THE_SOCKET = {
    ErrorCode.VERSION_UNSUPPORTED: LinkProblem.VERSION,
    ErrorCode.SERVER_FULL: LinkProblem.FULL,
    ErrorCode.SHUTTING_DOWN: LinkProblem.SHUTTING_DOWN,
    ErrorCode.TAKEN_OVER: LinkProblem.TAKEN_OVER,
    ErrorCode.TOO_MANY_CONNECTIONS: LinkProblem.TOO_FAST,
    ErrorCode.KEY_REFUSED: LinkProblem.KEY_REFUSED,
    ErrorCode.BANNED: LinkProblem.BANNED,
}
_PROBLEMS_OF_HELLO = {**_ENDS_THE_SOCKET, ErrorCode.RATE_LIMITED: LinkProblem.TOO_FAST}
_FINAL = {
    ErrorCode.VERSION_UNSUPPORTED,
    ErrorCode.TAKEN_OVER,
    ErrorCode.KEY_REFUSED,
    ErrorCode.BANNED,
}
_CLOSE_PROBLEMS = {
    CloseCode.VERSION_UNSUPPORTED: (LinkProblem.VERSION, True),
    CloseCode.TAKEN_OVER: (LinkProblem.TAKEN_OVER, True),
    CloseCode.SERVER_FULL: (LinkProblem.FULL, False),
    CloseCode.RATE_LIMITED: (LinkProblem.TOO_FAST, False),
    CloseCode.KEY_REFUSED: (LinkProblem.KEY_REFUSED, True),
    CloseCode.BANNED: (LinkProblem.BANNED, True),
    CloseCode.GOING_AWAY: (LinkProblem.SHUTTING_DOWN, False),
}


def _refusal_of_error(error: SessionError) -> _Refused:
    problem = _PROBLEMS_OF_HELLO.get(error.code, LinkProblem.NO_SUCH_SERVER)
    final = error.code in _FINAL
    return _Refused(problem, final=final, retry_after_s=error.retry_after_s, ban=error.ban)


def _refusal_of_close(code: int | None) -> _Refused:
    problem, final = LinkProblem.LOST, False
    if code in _CLOSE_PROBLEMS:
        problem, final = _CLOSE_PROBLEMS[CloseCode(code)]
    return _Refused(problem, final=final)
