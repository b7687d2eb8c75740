"""Everybody who is here: sessions, the waiting line and the calls, changed one step at a time."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from signaling_server.domain.agenda import Agenda, Alarm
from signaling_server.domain.exchange import Part, Party, arrange
from signaling_server.domain.pairing import secret_of, stranger_name
from signaling_server.domain.peer import Call, Delivery, Peer
from signaling_server.domain.relay_access import RelayAccess
from signaling_server.domain.waiting_line import WaitingLine
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnd,
    CallEnded,
    CallId,
    Mode,
    QueueJoined,
    QueueLeft,
    QueueMatched,
    Search,
    SessionId,
)
from signaling_server.protocol.versions import Feature

_TOKEN_BYTES = 24
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Grace:
    """How long, in seconds, a session waits for its peer to come back."""

    waiting_s: float
    in_call_s: float


@dataclass(frozen=True, slots=True)
class Observers:
    """Who is told of figures, all in seconds; called within the step that they belong to."""

    match_made: Callable[[tuple[float, float]], None] = lambda waits_s: None  # noqa: ARG005 - nobody listens
    """How long the two of a new call have waited."""
    call_ended: Callable[[float], None] = lambda lasted_s: None  # noqa: ARG005 - nobody listens


class Lobby:
    """Every method is one atomic step and returns who is to be told what, in order.

    Not thread-safe: all calls come from the server's loop. clock gives seconds that never go
    back.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        random: Random,
        grace: Grace,
        observers: Observers,
        relay: RelayAccess | None = None,
    ) -> None:
        self._clock = clock
        self._random = random
        self._grace = grace
        self._observers = observers
        self._relay = relay
        self._peers: dict[SessionId, Peer] = {}
        self._tokens: dict[str, Peer] = {}
        self._line = WaitingLine(random)
        self._agenda = Agenda()
        self._online = 0
        self._calls = 0

    @property
    def sessions(self) -> int:
        return len(self._peers)

    @property
    def online(self) -> int:
        """Sessions whose socket is there."""
        return self._online

    @property
    def calls(self) -> int:
        return self._calls

    def waiting(self, mode: Mode) -> int:
        """Return how many could be matched in a mode right now."""
        return self._line.count(mode)

    @property
    def has_relay(self) -> bool:
        return self._relay is not None

    # --- sessions ------------------------------------------------------------------------

    def enter(self, identity: str | None, features: Iterable[Feature]) -> Peer:
        """Begin a session."""
        session = SessionId(secrets.token_urlsafe(_ID_BYTES))
        peer = Peer(session, secret_of(identity), frozenset(features))
        self._peers[session] = peer
        self._online += 1
        return peer

    def peer_with(self, token: str) -> Peer | None:
        """Return the session that this resume token stands for."""
        return self._tokens.get(token)

    def renew_token(self, peer: Peer, used: str = "") -> str:
        """Return the session's new resume token; of the older ones only `used` stays good."""
        for token in {peer.token, peer.used_token} - {used}:
            self._tokens.pop(token, None)
        peer.token, peer.used_token = secrets.token_urlsafe(_TOKEN_BYTES), used
        self._tokens[peer.token] = peer
        return peer.token

    def hear(self, peer: Peer) -> None:
        """The peer has its newest token, for it speaks over the socket that brought it."""
        if peer.used_token:
            self._tokens.pop(peer.used_token, None)
            peer.used_token = ""

    def give_relay(self, peer: Peer) -> list[Delivery]:
        """Give access to the relay for a while, and again while the peer searches or talks."""
        if self._relay is None or Feature.RELAY not in peer.features:
            return []
        peer.relay_turn += 1
        peer.relay_due = self._clock() + self._relay.renew_after_s
        self._agenda.add(peer.relay_due, Alarm.RENEW_RELAY, peer)
        return [Delivery(peer, self._relay.for_session(peer.session))]

    def socket_lost(self, peer: Peer) -> list[Delivery]:
        """The peer keeps its place and its call for the grace time, but is matched to nobody."""
        if not peer.connected or peer.session not in self._peers:
            return []
        peer.connected = False
        self._online -= 1
        peer.turn += 1
        grace_s = self._grace.in_call_s if peer.call else self._grace.waiting_s
        self._agenda.add(self._clock() + grace_s, Alarm.GIVE_UP, peer)
        if peer.search is not None:
            self._line.discard(peer, peer.search)
        if peer.call is None:
            return []
        return [Delivery(peer.call.stranger_of(peer), CallAway(peer.call.id))]

    def socket_back(self, peer: Peer) -> list[Delivery]:
        """The peer may be matched again, or its stranger learns that it is back.

        Also called for a newer socket of a peer whose older one still seemed alive: what was
        last written to that may be lost, so the match of a call is told again.
        """
        if peer.match is not None:
            peer.kept.insert(0, peer.match)
        if peer.connected:
            return []
        peer.connected = True
        self._online += 1
        peer.turn += 1
        if peer.search is not None:
            return self._look(peer, peer.search)
        if peer.call is not None:
            return [Delivery(peer.call.stranger_of(peer), CallBack(peer.call.id))]
        return []

    def depart(self, peer: Peer, reason: CallEnd) -> list[Delivery]:
        """End a session for good."""
        if self._peers.pop(peer.session, None) is None:
            return []
        for token in (peer.token, peer.used_token):
            self._tokens.pop(token, None)
        self._online -= peer.connected
        peer.turn += 1
        self._stop_waiting(peer)
        return self._end_call(peer, reason)

    # --- searching -----------------------------------------------------------------------

    def join(self, peer: Peer, search: Search) -> list[Delivery]:
        """Begin to wait, or go on waiting with another search. WRONG_STATE while in a call."""
        if peer.call is not None:
            raise ProtocolError(ErrorCode.WRONG_STATE, "in a call: call.next leaves it")
        return self._wait(peer, search)

    def next(self, peer: Peer, search: Search) -> list[Delivery]:
        """Leave the call, if there is one, and wait for the next stranger."""
        return [*self._end_call(peer, CallEnd.NEXT), *self._wait(peer, search)]

    def leave(self, peer: Peer) -> list[Delivery]:
        """Neither wait nor be in a call any more."""
        self._stop_waiting(peer)
        return [*self._end_call(peer, CallEnd.LEFT), Delivery(peer, QueueLeft())]

    # --- calls ---------------------------------------------------------------------------

    def relay(self, peer: Peer, message: CallDescription | CallCandidate) -> list[Delivery]:
        """Hand a message to the stranger of this very call, or raise UNKNOWN_CALL."""
        call = peer.call
        if call is None or call.id != message.call:
            raise ProtocolError(ErrorCode.UNKNOWN_CALL, "not in this call, or it has ended")
        if isinstance(message, CallCandidate):
            call.candidates[peer.session] += 1
            if call.candidates[peer.session] > limits.CANDIDATES_PER_CALL_MAX:
                raise ProtocolError(ErrorCode.RATE_LIMITED, "too many candidates in this call")
        return [Delivery(call.stranger_of(peer), message)]

    # --- time ----------------------------------------------------------------------------

    def next_due(self) -> float | None:
        """Return the time of the clock at which pass_time has something to do, if ever."""
        return self._agenda.next_due()

    def pass_time(self) -> list[Delivery]:
        """Do what has become due: look again for those who wait, end what nobody resumed."""
        deliveries: list[Delivery] = []
        now = self._clock()
        while entry := self._agenda.take_due(now):
            peer = entry.peer
            if entry.alarm is Alarm.GIVE_UP:
                deliveries += self.depart(peer, CallEnd.LOST)
            elif entry.alarm is Alarm.RENEW_RELAY:
                # Who is idle gets it with the next search, who is away with the next welcome.
                if peer.connected and (peer.search or peer.call):
                    deliveries += self.give_relay(peer)
            elif peer.search is not None:
                self._line.discard(peer, peer.search)
                deliveries += self._look(peer, peer.search)
        return deliveries

    # --- steps ---------------------------------------------------------------------------

    def _wait(self, peer: Peer, search: Search) -> list[Delivery]:
        if peer.search is None:
            peer.waiting_since = self._clock()
        self._stop_waiting(peer)
        peer.search = search
        return [
            *(self.give_relay(peer) if self._clock() >= peer.relay_due else []),
            Delivery(peer, QueueJoined(search.search, self._online)),
            *self._look(peer, search),
        ]

    def _look(self, peer: Peer, search: Search) -> list[Delivery]:
        """Pair a peer that is not in the line, or put it there and look again later."""
        now = self._clock()
        stranger = self._line.find(peer, search, now)
        if stranger is not None and stranger.search is not None:
            return self._pair(peer, search, stranger, stranger.search)
        self._line.add(peer, search)
        peer.turn += 1
        self._agenda.add(now + limits.REPEAT_AFTER_S, Alarm.LOOK_AGAIN, peer)
        return []

    def _stop_waiting(self, peer: Peer) -> None:
        if peer.search is not None:
            self._line.discard(peer, peer.search)
            peer.search = None

    def _pair(self, one: Peer, ones: Search, other: Peer, others: Search) -> list[Delivery]:
        now = self._clock()
        call = Call(CallId(secrets.token_urlsafe(_ID_BYTES)), (one, other), now)
        self._calls += 1
        parts = arrange(
            Party(ones.description, Feature.PAIRED_DESCRIPTIONS in one.features),
            Party(others.description, Feature.PAIRED_DESCRIPTIONS in other.features),
            self._random,
        )
        self._observers.match_made((now - one.waiting_since, now - other.waiting_since))
        one.recent.append(other.secret)
        other.recent.append(one.secret)
        matches = (
            _match(call, one, ones, other, others, parts[0]),
            _match(call, other, others, one, ones, parts[1]),
        )
        for peer, match in zip(call.peers, matches, strict=True):
            self._stop_waiting(peer)
            peer.call, peer.match = call, match
            peer.turn += 1
        return [Delivery(*told) for told in zip(call.peers, matches, strict=True)]

    def _end_call(self, peer: Peer, reason: CallEnd) -> list[Delivery]:
        """Free both peers of a call and tell the other one."""
        call = peer.call
        if call is None:
            return []
        stranger = call.stranger_of(peer)
        peer.call = stranger.call = None
        peer.match = stranger.match = None
        self._calls -= 1
        self._observers.call_ended(self._clock() - call.started)
        return [Delivery(stranger, CallEnded(call.id, reason))]


def _match(
    call: Call, peer: Peer, search: Search, stranger: Peer, theirs: Search, part: Part
) -> QueueMatched:
    return QueueMatched(
        search=search.search,
        call=call.id,
        stranger=stranger_name(peer, stranger),
        role=part.role,
        exchange=part.exchange,
        stranger_has_camera=theirs.mode is Mode.VIDEO and theirs.has_camera,
        description=part.description,
    )
