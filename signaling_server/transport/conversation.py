"""What is said over one socket: hello first, then messages, each within the limits."""

import asyncio
import logging
from collections.abc import Callable

from signaling_server.config.model import Config
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Peer
from signaling_server.handlers import session
from signaling_server.handlers.table import handle
from signaling_server.observability.metrics import Metrics
from signaling_server.protocol import limits
from signaling_server.protocol.codec import decode_client
from signaling_server.protocol.errors import CloseCode, ErrorCode, ProtocolError
from signaling_server.protocol.messages import (
    Bye,
    CallNext,
    ClientMessage,
    Hello,
    QueueJoin,
    SessionError,
)
from signaling_server.transport.connection import Connection
from signaling_server.transport.switchboard import Switchboard
from signaling_server.transport.token_bucket import TokenBucket

_CLOSES = {
    ErrorCode.VERSION_UNSUPPORTED: CloseCode.VERSION_UNSUPPORTED,
    ErrorCode.HELLO_REQUIRED: CloseCode.MALFORMED,
    ErrorCode.HELLO_TIMEOUT: CloseCode.HELLO_TIMEOUT,
}
"""Refusals after which there is nothing left to say on the socket."""

log = logging.getLogger(__name__)


class RateLimited(ProtocolError):
    """Too much was said; retry_after_s is when the next message is taken."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(ErrorCode.RATE_LIMITED, "too many messages in too short a time")
        self.retry_after_s = min(round(retry_after_s, 3), limits.DELAY_MAX_S)


class Conversation:
    """One client over one socket, from its hello to the end of the socket."""

    def __init__(
        self,
        connection: Connection,
        lobby: Lobby,
        switchboard: Switchboard,
        config: Config,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._lobby = lobby
        self._switchboard = switchboard
        self._config = config
        self._metrics = metrics
        self._clock = clock
        self._began = now = clock()
        self._messages = TokenBucket(config.messages_per_s, config.messages_burst, now)
        self._searches = TokenBucket(config.searches_per_s, config.searches_burst, now)
        self._refusals = TokenBucket(config.messages_per_s, config.messages_burst, now)
        self._malformed = 0
        self._peer: Peer | None = None

    async def run(self) -> None:
        """Take what the client says until its socket ends."""
        timeout = asyncio.get_running_loop().call_later(
            self._config.hello_timeout_s, self._miss_hello
        )
        try:
            async for frame in self._connection.frames():
                self._take(frame)
        except Exception:
            # Told here, because aiohttp would log it with the client's address.
            log.exception("a message could not be handled")
            self._connection.close(CloseCode.SERVER_FAULT)
        finally:
            timeout.cancel()
            if self._peer is not None:
                self._switchboard.detach(self._peer, self._connection)
                open_s = self._clock() - self._began
                log.debug("session %s: socket gone after %.1f s", self._peer.session, open_s)

    def _miss_hello(self) -> None:
        if self._peer is None:
            self._refuse(ProtocolError(ErrorCode.HELLO_TIMEOUT, "no hello came in time"))

    def _take(self, frame: bytes | None) -> None:
        about = None
        try:
            self._spend(self._messages)
            if frame is None:
                raise ProtocolError(ErrorCode.MALFORMED, "a binary frame; messages are text")
            message = decode_client(frame)
            about = str(message.__struct_config__.tag)
            self._metrics.received.labels(about).inc()
            self._act(message)
        except ProtocolError as refusal:
            self._refuse(refusal, about)

    def _act(self, message: ClientMessage) -> None:
        if self._peer is None:
            self._greet(message)
            return
        self._lobby.hear(self._peer)
        if isinstance(message, QueueJoin | CallNext):
            self._spend(self._searches)
        self._switchboard.deliver(handle(self._lobby, self._peer, message))
        if isinstance(message, Bye):
            self._connection.close(CloseCode.NORMAL)

    def _greet(self, message: ClientMessage) -> None:
        if not isinstance(message, Hello):
            raise ProtocolError(ErrorCode.HELLO_REQUIRED, "session.hello comes first")
        greeting = session.hello(self._lobby, self._config, message)
        self._peer = greeting.peer
        self._switchboard.attach(greeting.peer, self._connection, greeting.welcome)
        self._switchboard.deliver(greeting.deliveries)
        log.debug(
            "session %s %s", self._peer.session, "resumed" if greeting.welcome.resumed else "begun"
        )

    def _spend(self, bucket: TokenBucket) -> None:
        retry_after_s = bucket.take(self._clock())
        if retry_after_s:
            raise RateLimited(retry_after_s)

    def _refuse(self, refusal: ProtocolError, about: str | None = None) -> None:
        retry_after_s = refusal.retry_after_s if isinstance(refusal, RateLimited) else None
        self._switchboard.say(
            self._connection,
            SessionError(refusal.code, refusal.text, refusal.about or about, retry_after_s),
        )
        if refusal.code is ErrorCode.MALFORMED:
            self._malformed += 1
        close = _CLOSES.get(refusal.code)
        if close is not None:
            self._connection.close(close)
        elif self._malformed > limits.MALFORMED_MAX:
            self._connection.close(CloseCode.MALFORMED)
        elif self._refusals.take(self._clock()):
            self._connection.close(CloseCode.RATE_LIMITED)
