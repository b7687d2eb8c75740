"""What is said over one socket: hello first, then messages, each within the limits."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from signaling_server.config.model import Config
from signaling_server.domain.allowance import Allowance, Rate, Rates, hourly
from signaling_server.domain.door import Address, network_of
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Peer
from signaling_server.domain.sessions import may_take_up
from signaling_server.domain.tickets import Tickets
from signaling_server.domain.token_bucket import TokenBucket
from signaling_server.handlers import session
from signaling_server.handlers.report import ReportDesk
from signaling_server.handlers.table import HANDLERS
from signaling_server.observability.logs import logger
from signaling_server.observability.metrics import Metrics
from signaling_server.protocol import limits
from signaling_server.protocol.codec import UNREADABLE, client_refusal, parse_client
from signaling_server.protocol.errors import CloseCode, ErrorCode, ProtocolError
from signaling_server.protocol.messages import (
    Bye,
    CallEnd,
    CallNext,
    CallReport,
    ClientMessage,
    Hello,
    QueueJoin,
    Received,
    SessionError,
)
from signaling_server.protocol.unacknowledged import COUNTED, is_of_session
from signaling_server.transport.ban_watch import Banned, BanWatch
from signaling_server.transport.connection import Connection
from signaling_server.transport.entrance import Entrance
from signaling_server.transport.inquiry import ANSWER_WITHIN_S, Inquiry
from signaling_server.transport.switchboard import Switchboard

_CLOSES = {
    ErrorCode.VERSION_UNSUPPORTED: CloseCode.VERSION_UNSUPPORTED,
    ErrorCode.HELLO_REQUIRED: CloseCode.MALFORMED,
    ErrorCode.HELLO_TIMEOUT: CloseCode.HELLO_TIMEOUT,
    ErrorCode.KEY_REFUSED: CloseCode.KEY_REFUSED,
    ErrorCode.BANNED: CloseCode.BANNED,
    ErrorCode.TOO_MANY_CONNECTIONS: CloseCode.RATE_LIMITED,
}
"""Refusals after which there is nothing left to say on the socket."""
_SEARCHES = frozenset({QueueJoin, CallNext})

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What all conversations of a server share. clock gives seconds that never go back."""

    lobby: Lobby
    switchboard: Switchboard
    config: Config
    metrics: Metrics
    bans: BanWatch
    reports: ReportDesk
    tickets: Tickets
    clock: Callable[[], float]

    @property
    def rates(self) -> Rates:
        """What one session may say."""
        config = self.config
        return Rates(
            messages=Rate(config.messages_per_s, config.messages_burst),
            searches=Rate(config.searches_per_s, config.searches_burst),
            bytes=Rate(config.bytes_per_s, config.bytes_burst),
            reports=hourly(limits.REPORTS_PER_HOUR),
        )


class Conversation:
    """One client over one socket, from its hello to the end of the socket.

    said_there is what everybody behind the same address may say; None where no limit holds.
    on_end is called when the socket has ended.
    """

    __slots__ = (
        "_address",
        "_began",
        "_clock",
        "_connection",
        "_entrance",
        "_has_inquired",
        "_hello_timeout",
        "_house",
        "_inquiry",
        "_lobby",
        "_malformed",
        "_on_end",
        "_peer",
        "_received",
        "_refusals",
        "_said",
        "_said_there",
        "_switchboard",
    )

    def __init__(
        self,
        connection: Connection,
        house: House,
        entrance: Entrance,
        address: Address,
        said_there: Allowance | None,
        on_end: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._house = house
        self._lobby = house.lobby
        self._switchboard = house.switchboard
        self._entrance = entrance
        self._address = address
        self._clock = house.clock
        self._received = house.metrics.received
        self._began = now = house.clock()
        self._said = Allowance(house.rates, now)
        self._said_there = said_there
        config = house.config
        self._refusals = TokenBucket(config.messages_per_s, config.messages_burst, now)
        self._malformed = 0
        self._peer: Peer | None = None
        self._inquiry: Inquiry | None = None
        """Asks another server for the session of the hello; None before and afterwards."""
        self._has_inquired = False
        self._on_end = on_end
        self._hello_timeout = asyncio.get_running_loop().call_later(
            config.hello_timeout_s, self._miss_hello
        )
        connection.listen(self._take, self._end, self._take_ping, self._is_awaited)

    def challenge(self) -> None:
        """Say at once what the hello will have to answer."""
        self._switchboard.say(self._connection, self._entrance.challenge())

    def enforce_bans(self) -> None:
        """Turn the client out if it has been banned meanwhile."""
        if self._peer is None or not self._connection.is_open:
            return
        try:
            self._house.bans.refuse(self._peer.person or None, self._address)
        except Banned as refusal:
            self._refuse(refusal)
            self._switchboard.deliver(self._lobby.depart(self._peer, CallEnd.LEFT))

    def _take_ping(self) -> None:
        """A ping, or a pong for nothing, costs as much as a message."""
        try:
            self._spend(0)
        except ProtocolError as refusal:
            self._refuse(refusal)

    def _is_awaited(self) -> bool:
        """Whether it would matter to a stranger, or soon might, that the client is gone."""
        peer = self._peer
        return peer is None or peer.search is not None or peer.call is not None

    def _end(self) -> None:
        self._hello_timeout.cancel()
        if self._peer is not None:
            self._switchboard.detach(self._peer, self._connection)
            open_s = self._clock() - self._began
            log.debug(
                "socket gone",
                session=self._peer.session,
                open_s=round(open_s, 1),
                code=self._connection.close_code,
            )
        self._on_end()

    def _miss_hello(self) -> None:
        if self._inquiry is not None:
            # It came, and whether it is taken is known soon.
            self._hello_timeout = asyncio.get_running_loop().call_later(
                ANSWER_WITHIN_S, self._miss_hello
            )
        elif self._peer is None:
            self._refuse(ProtocolError(ErrorCode.HELLO_TIMEOUT, "no hello came in time"))

    def _take(self, frame: bytes | bytearray | None) -> None:
        peer, kind = self._peer, None
        if peer is not None and peer.used_token:
            # Whatever it says, it has its welcome.
            self._lobby.hear(peer)
        try:
            if frame is None:
                raise ProtocolError(ErrorCode.MALFORMED, "a binary frame; messages are text")
            try:
                message = parse_client(frame)
            except UNREADABLE as error:
                raise client_refusal(frame, error) from error
            kind = type(message)
            if peer is not None and kind in COUNTED:
                peer.taken += 1
                if not peer.taken % limits.ACKNOWLEDGE_EVERY:
                    self._acknowledge(peer)
            # As _spend does, and in place: every message comes by here.
            now, said, said_there = self._clock(), self._said, self._said_there
            wait_s = said.take_message(now, len(frame))
            if said_there is not None and not wait_s:
                wait_s = said_there.take_message(now, len(frame))
            if wait_s:
                raise _too_fast(wait_s)
            self._received[kind] += 1
            if peer is None:
                self._greet(message)
            elif (handler := HANDLERS.get(kind)) is None:
                self._take_unhandled(peer, message)
            else:
                if kind in _SEARCHES and (wait_s := self._spend_search(now)):
                    raise _too_fast(wait_s)
                self._switchboard.deliver(handler(self._lobby, peer, message))
                if kind is Bye:
                    self._connection.close(CloseCode.NORMAL)
        except ProtocolError as refusal:
            if kind is None:
                refusal = self._unreadable(refusal, frame)
            self._refuse(refusal, None if kind is None else str(kind.__struct_config__.tag))
        except Exception:
            self._break_off()

    def _break_off(self) -> None:
        """One fault costs one socket, and the log does not tell the client's address."""
        log.exception("a message could not be handled")
        self._connection.close(CloseCode.SERVER_FAULT)

    def _unreadable(self, refusal: ProtocolError, frame: bytes | bytearray | None) -> ProtocolError:
        """Count and charge a frame that cannot be read; return why it is refused."""
        about = refusal.about
        if self._peer is not None and about is not None and not is_of_session(about):
            self._peer.taken += 1
            if not self._peer.taken % limits.ACKNOWLEDGE_EVERY:
                self._acknowledge(self._peer)
        try:
            self._spend(len(frame or b""))
        except ProtocolError as too_fast:
            return too_fast
        return refusal

    def _acknowledge(self, peer: Peer) -> None:
        """Tell the client how much of what it said has come."""
        if peer.acknowledges:
            self._switchboard.say(self._connection, Received(peer.taken))

    def _take_unhandled(self, peer: Peer, message: ClientMessage) -> None:
        """Take what is no step of the lobby's."""
        if isinstance(message, CallReport):
            self._house.reports.take(peer, message, self._said, self._said_there)
        elif isinstance(message, Received) and not peer.unheard.acknowledge(message.count):
            raise ProtocolError(ErrorCode.WRONG_STATE, "so many were never told")

    def _greet(self, message: ClientMessage) -> None:
        if not isinstance(message, Hello):
            raise ProtocolError(ErrorCode.HELLO_REQUIRED, "session.hello comes first")
        claimed = self._entrance.claimed_by(message)
        known = self._lobby.peer_with(message.resume) if message.resume else None
        if known is not None and not may_take_up(known, claimed, message.received):
            known = None
        inquiry = None if known else self._inquiry_of(message)
        ticket = None if known else self._house.tickets.read(message.ticket, claimed)
        # A token or a ticket saves the work only where it leads to a place, which it does once.
        comes_back = (
            known is not None
            or inquiry is not None
            or (ticket is not None and not ticket.own and self._lobby.has_place(ticket))
        )
        if not self._entrance.is_answered(message, without_work=comes_back):
            self.challenge()
            return
        person = self._entrance.person_of(message)
        self._house.bans.refuse(person, self._address)
        if inquiry is not None:
            self._inquire(inquiry, person or "")
            return
        if known is not None:
            # Only now, for nobody else is to use up what the one with the key may do.
            self._spend_connect(known)
        caller = session.Caller(person or "", network_of(self._address), known, ticket)
        greeting = session.hello(self._lobby, self._house.config, message, caller)
        self._peer = peer = greeting.peer
        peer.address = self._address
        self._said = peer.said = peer.said or self._said
        self._switchboard.attach(peer, self._connection, greeting.welcome, greeting.first)
        if peer.used_token:
            # Its answer comes from who has read the welcome: the used token is worth nothing then.
            self._connection.ask(lambda: self._lobby.hear(peer))
        self._switchboard.deliver(greeting.deliveries)
        log.debug("session begun", session=peer.session, resumed=greeting.welcome.resumed)

    def _inquiry_of(self, hello: Hello) -> Inquiry | None:
        """Return what to ask another server for this hello, once on a socket."""
        moving = self._lobby.moving
        if self._has_inquired or not hello.resume or moving is None:
            return None
        return Inquiry(moving, hello) if moving.is_elsewhere(hello.resume) else None

    def _inquire(self, inquiry: Inquiry, person: str) -> None:
        """Hold the conversation until it is known whether its session comes here."""
        self._inquiry, self._has_inquired = inquiry, True
        self._connection.listen(self._keep, self._end, self._take_ping)
        inquiry.begin(person, self._go_on)

    def _keep(self, frame: bytes | bytearray | None) -> None:
        """Take a frame that comes while another server is asked."""
        assert self._inquiry is not None
        if not self._inquiry.keep(frame):
            self._refuse(ProtocolError(ErrorCode.RATE_LIMITED, "too much before the welcome"))
            self._connection.close(CloseCode.RATE_LIMITED)

    def _go_on(self, moved: Peer | None) -> None:
        """Greet with the session that has come here, or as if there had been none."""
        inquiry, self._inquiry = self._inquiry, None
        assert inquiry is not None
        if self._connection.is_open:
            self._connection.listen(self._take, self._end, self._take_ping, self._is_awaited)
            self._greet_at_last(inquiry.hello)
        if moved is not None and self._peer is not moved:
            closed = self._connection.closed_by_peer
            self._switchboard.deliver(self._lobby.socket_lost(moved, closed=closed))
        for frame in inquiry.kept:
            if self._connection.is_open:
                self._take(frame)

    def _greet_at_last(self, hello: Hello) -> None:
        try:
            self._greet(hello)
        except ProtocolError as refusal:
            self._refuse(refusal, str(Hello.__struct_config__.tag))
        except Exception:
            self._break_off()

    def _spend_connect(self, peer: Peer) -> None:
        now, config = self._clock(), self._house.config
        if peer.connects is None:
            rate, burst = config.session_connects_per_s, config.session_connects_burst
            peer.connects = TokenBucket(rate, burst, now)
        if wait_s := peer.connects.take(now):
            raise ProtocolError(
                ErrorCode.TOO_MANY_CONNECTIONS,
                "too many sockets for this session",
                retry_after_s=min(round(wait_s, 3), limits.DELAY_MAX_S),
            )

    def _spend(self, size_bytes: int) -> None:
        """Charge something that is no message a handler takes."""
        now = self._clock()
        wait_s = self._said.take_message(now, size_bytes)
        if not wait_s and self._said_there is not None:
            wait_s = self._said_there.take_message(now, size_bytes)
        if wait_s:
            raise _too_fast(wait_s)

    def _spend_search(self, now: float) -> float:
        wait_s = self._said.searches.take(now)
        if not wait_s and self._said_there is not None:
            wait_s = self._said_there.searches.take(now)
        return wait_s

    def _refuse(self, refusal: ProtocolError, about: str | None = None) -> None:
        self._switchboard.say(
            self._connection,
            SessionError(
                refusal.code,
                refusal.text,
                refusal.about or about,
                refusal.retry_after_s,
                refusal.ban if isinstance(refusal, Banned) else None,
            ),
        )
        session_id = None if self._peer is None else self._peer.session
        log.debug("refused", code=str(refusal.code), about=about, session=session_id)
        if refusal.code is ErrorCode.MALFORMED:
            self._malformed += 1
        close = _CLOSES.get(refusal.code)
        if close is not None:
            self._connection.close(close)
        elif self._malformed > limits.MALFORMED_MAX:
            self._connection.close(CloseCode.MALFORMED)
        elif self._refusals.take(self._clock()):
            self._connection.close(CloseCode.RATE_LIMITED)


def _too_fast(wait_s: float) -> ProtocolError:
    return ProtocolError(
        ErrorCode.RATE_LIMITED,
        "too much in too short a time",
        retry_after_s=min(round(wait_s, 3), limits.DELAY_MAX_S),
    )
