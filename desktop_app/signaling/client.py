"""One session with a server, over sockets that come and go."""

import asyncio
import contextlib
import importlib
import logging
import random
import time
from typing import TYPE_CHECKING

from desktop_app.core import Signal, TaskScope
from desktop_app.signaling.address import BadAddress, ServerAddress, is_private, parse_address
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.continuation import Continuation
from desktop_app.signaling.frames import decoded, is_counted_although_unknown
from desktop_app.signaling.link import CLOSE_WITHIN_S, Link, LinkProblem, LinkState
from desktop_app.signaling.proxy import FindProxy, no_proxy
from desktop_app.signaling.refusal import (
    ENDS_THE_SOCKET,
    HOLDS_EVERYWHERE,
    Refused,
    refusal_of_close,
    refusal_of_error,
)
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    Bye,
    Message,
    ServerMessage,
    SessionError,
    Welcome,
)

if TYPE_CHECKING:
    from desktop_app.signaling.visit import Visitor
    from desktop_app.signaling.wire_socket import WireSocket

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
DOUBLINGS_MAX = 6
"""From the first to the last."""
LASTING_S = 10.0
"""A socket that has stood so long was worth the attempt: the next pause is a first one again."""
UNHEARD_RETRY_S = 0.5
UNHEARD_RETRY_FOR_S = 150.0
"""While a session may still be resumed, a network that comes back is to be noticed at once."""
VERIFY_WITHIN_S = 1.5
VERIFY_MOVED_WITHIN_S = 0.6
"""A socket over which not even a pong has come by then is replaced; after a change of addresses it
is dead more likely than slow."""
RETRY_AFTER_MAX_S = 300.0
"""Longest pause a server can ask for."""
OUTGOING_MAX = 256
"""Frames kept for a socket that does not take them, beside those of the session that it takes up;
more and the socket is given up."""

log = logging.getLogger(__name__)


class SignalingClient:
    """Connects, says hello, resumes after a dropped socket, and tries again with jitter.

    All methods are called on the loop's thread. What send has taken arrives once and in order,
    over whichever socket, as long as the session is resumed; whoever listens to `welcomed` says
    again what still matters of the rest. Without keys the client comes in as a person whom
    nobody can know again. Nothing is loaded before may_load is set.
    """

    def __init__(
        self,
        keys: KeyRing | None = None,
        find_proxy: FindProxy = no_proxy,
        may_load: asyncio.Event | None = None,
    ) -> None:
        self.state = LinkState()
        self.state_changed: Signal[LinkState] = Signal()
        self.welcomed: Signal[Welcome] = Signal()
        self.received: Signal[ServerMessage] = Signal()
        self._keys = keys
        self._find_proxy = find_proxy
        self._may_load = may_load
        self._scope = TaskScope("signaling")
        self._running: asyncio.Task[None] | None = None
        self._url = ""
        self._plain_accepted = False
        self._continuation = Continuation()
        self._elsewhere: str | None = None
        """Where a server that stopped has sent us; our own address is tried next."""
        self._failures = 0
        self._not_before = 0.0
        """When the pause that a server has asked for is over, whoever would like to come sooner."""
        self._visitor: Visitor | None = None
        self._online_at = -UNHEARD_RETRY_FOR_S
        self._socket: WireSocket | None = None
        self._verifying: asyncio.Task[None] | None = None
        self._verified: WireSocket | None = None
        """The socket of the last verification."""
        self._outgoing: asyncio.Queue[str | None] | None = None
        """Frames to send; None closes the socket."""
        self._closing = False

    def connect(self, url: str, *, plain_accepted: bool = False) -> None:
        """Leave the server in use, if any, and go to this one."""
        if url != self._url:
            self._continuation, self._elsewhere = Continuation(), None
            self._failures, self._not_before = 0, 0.0
        self._url, self._plain_accepted = url, plain_accepted
        if self._running is not None:
            self._running.cancel()
        self._outgoing = self._socket = None
        self._running = self._scope.start(self._run(), "run")

    def reconnect(self) -> None:
        """Try now what would be tried later, but in no pause that the server has asked for.

        Replaces a socket that may be dead after a sleep.
        """
        if self._url:
            self.connect(self._url, plain_accepted=self._plain_accepted)

    def renew_key(self) -> None:
        """Throw the key away for a new one, and come back as another person."""
        if self._keys is not None:
            self._keys.renew()
        self._continuation = Continuation()
        self.reconnect()

    def verify(self) -> None:
        """See whether the socket still carries anything, and replace one that does not."""
        self._start_verifying(VERIFY_WITHIN_S)

    def addresses_changed(self) -> None:
        """This machine has other addresses: try now what failed, and leave a socket of an old one.

        What fails now is soon tried again: a network that has just come may not carry much yet.
        """
        if self.state.link is Link.REFUSED:
            return
        self._failures = 0
        if self._socket is None or not self._socket.is_here:
            self.reconnect()
        else:
            self._start_verifying(VERIFY_MOVED_WITHIN_S, anew=True)

    def send(self, message: Message) -> bool:
        """Hand a message to the socket or keep it for the next; False where it is dropped."""
        if self._outgoing is None:
            return self._continuation.keep(message)
        try:
            self._outgoing.put_nowait(self._continuation.say(message))
        except asyncio.QueueFull:
            self.reconnect()
        return True

    async def close(self) -> None:
        """Say goodbye, so that the stranger is told at once, and close."""
        self._closing = True
        if self.send(Bye()) and self._outgoing is not None and self._running is not None:
            with contextlib.suppress(asyncio.QueueFull):
                self._outgoing.put_nowait(None)
            await asyncio.wait({self._running}, timeout=CLOSE_WITHIN_S)
        await self._scope.close()
        if self._visitor is not None:
            await self._visitor.close()

    async def _run(self) -> None:
        await self._keep_pause()
        while True:
            self._tell(LinkState(Link.CONNECTING, self.state.problem))
            try:
                await self._hold_session()
            except Refused as refusal:
                if self._closing:
                    return
                if refusal.final:
                    over_at = refusal.over_at(time.monotonic())
                    self._tell(
                        LinkState(Link.REFUSED, refusal.problem, ban=refusal.ban, over_at=over_at)
                    )
                    return
                await self._wait_to_retry(refusal)
            except Exception:
                # Whatever a server has brought about: a link that comes back, and the log says it.
                log.exception("the session with the server broke")
                await self._wait_to_retry(Refused(LinkProblem.LOST))

    async def _keep_pause(self) -> None:
        """Wait for the end of the pause that the server has asked for."""
        pause_s = self._not_before - time.monotonic()
        if pause_s > 0:
            self._tell(LinkState(Link.WAITING, self.state.problem, self._not_before))
            await asyncio.sleep(pause_s)

    async def _wait_to_retry(self, refusal: Refused) -> None:
        now = time.monotonic()
        if refusal.unheard and now - self._online_at < UNHEARD_RETRY_FOR_S:
            longest = UNHEARD_RETRY_S
        else:
            longest = min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** min(self._failures, DOUBLINGS_MAX))
            self._failures += 1
        delay = random.uniform(longest / 2, longest)
        if refusal.url is not None and self._is_as_safe(refusal.url):
            self._elsewhere = refusal.url
        if refusal.retry_after_s is not None:
            pause_s = min(refusal.retry_after_s, RETRY_AFTER_MAX_S)
            self._not_before = now + pause_s
            delay = max(delay, pause_s)
        self._tell(LinkState(Link.WAITING, refusal.problem, now + delay))
        await asyncio.sleep(delay)

    async def _hold_session(self) -> None:
        """Connect and serve one socket until it ends; always raises Refused."""
        elsewhere, self._elsewhere = self._elsewhere, None
        try:
            address = await self._checked_address(elsewhere or self._url)
            visitor = await self._loaded_visitor()
            async with visitor.socket_to(address) as socket:
                try:
                    await self._serve(visitor, socket, address, elsewhere)
                finally:
                    if self._socket in (None, socket):
                        self._outgoing = self._socket = None
        except Refused as refusal:
            if elsewhere is not None and refusal.problem not in HOLDS_EVERYWHERE:
                refusal.final = False  # Our own address is tried next.
            raise

    async def _loaded_visitor(self) -> "Visitor":
        """Loading takes up to half a second, during which the window is to answer."""
        if self._visitor is None:
            if self._may_load is not None:
                await self._may_load.wait()
            await asyncio.to_thread(importlib.import_module, "desktop_app.signaling.visit")
            from desktop_app.signaling.visit import Visitor

            self._visitor = Visitor(self._keys, self._find_proxy)
        return self._visitor

    async def _checked_address(self, url: str) -> ServerAddress:
        try:
            address = parse_address(url)
        except BadAddress as error:
            raise Refused(LinkProblem.BAD_ADDRESS, final=True) from error
        if address.secure or self._plain_accepted:
            return address
        try:
            private = await is_private(address.host)
        except OSError as error:
            raise Refused(LinkProblem.UNREACHABLE) from error
        if not private:
            raise Refused(LinkProblem.PLAIN_REFUSED, final=True)
        return address

    def _is_as_safe(self, url: str) -> bool:
        """Whether another address is encrypted where ours is."""
        with contextlib.suppress(BadAddress):
            return parse_address(url).secure >= parse_address(self._url).secure
        return False

    async def _serve(
        self,
        visitor: "Visitor",
        socket: "WireSocket",
        address: ServerAddress,
        elsewhere: str | None,
    ) -> None:
        continuation = self._continuation
        welcome = await visitor.greet(socket, address, continuation)
        welcomed_at = time.monotonic()
        self._elsewhere = elsewhere
        frames = continuation.welcome(welcome)
        self._socket, self._outgoing = socket, asyncio.Queue(OUTGOING_MAX + len(frames))
        for frame in frames:
            self._outgoing.put_nowait(frame)
        leaving: Refused | None = None
        writer = self._scope.start(self._write(socket, self._outgoing), "write")
        acknowledging = self._scope.start(self._acknowledge(), "acknowledge")
        try:
            self._tell(LinkState(Link.ONLINE))
            self.welcomed.emit(welcome)
            while (text := await socket.text()) is not None:
                if (message := decoded(text)) is not None:
                    leaving = self._take(message) or leaving
                elif is_counted_although_unknown(text):
                    continuation.count()
        finally:
            self._online_at = time.monotonic()
            if self._online_at - welcomed_at >= LASTING_S:
                self._failures = 0
            writer.cancel()
            acknowledging.cancel()
        raise leaving or refusal_of_close(socket.close_code)

    def _take(self, message: ServerMessage) -> Refused | None:
        """Pass a message on; return what the socket will end with, if the server has said so."""
        if isinstance(message, SessionError) and message.code in ENDS_THE_SOCKET:
            refusal = refusal_of_error(message)
            if refusal.problem is not LinkProblem.SHUTTING_DOWN:
                raise refusal
            # It relays on until it closes the socket.
            return refusal
        self._continuation.hear(message)
        self.received.emit(message)
        if self._continuation.owed >= limits.ACKNOWLEDGE_EVERY:
            self.send(self._continuation.acknowledgement())
        return None

    async def _acknowledge(self) -> None:
        while True:
            await asyncio.sleep(limits.ACKNOWLEDGE_WITHIN_S)
            if self._continuation.owed:
                self.send(self._continuation.acknowledgement())

    async def _write(self, socket: "WireSocket", outgoing: asyncio.Queue[str | None]) -> None:
        with contextlib.suppress(ConnectionError):
            while (frame := await outgoing.get()) is not None:
                await socket.send(frame)
        await socket.close()

    def _start_verifying(self, within_s: float, *, anew: bool = False) -> None:
        """One verification at a time; anew where an answer from before would prove nothing."""
        if self._verifying is not None and not self._verifying.done():
            if self._verified is self._socket and not anew:
                return
            self._verifying.cancel()
        self._verified = self._socket
        self._verifying = self._scope.start(self._verify(within_s), "verify")

    async def _verify(self, within_s: float) -> None:
        socket = self._socket
        if socket is not None and not await socket.answers(within_s):
            log.info("nothing comes over the socket any more")
            if self._socket is socket:
                self.reconnect()

    def _tell(self, state: LinkState) -> None:
        self.state = state
        self.state_changed.emit(state)
