"""The calls that live: how one begins, what is relayed in it, how it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import urandom
from random import Random
from typing import cast

from signaling_server.domain.exchange import Part, Party, arrange
from signaling_server.domain.pairing import stranger_name
from signaling_server.domain.peer import Call, Delivery, Peer
from signaling_server.domain.reports import Meeting
from signaling_server.domain.tickets import VALID_S, Ticket, Tickets
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import (
    CallCandidate,
    CallDescription,
    CallEnd,
    CallEnded,
    CallId,
    Mode,
    QueueMatched,
    Search,
)
from signaling_server.protocol.versions import Feature

_ID_BYTES = 12
_NOTED_MAX = 50_000
"""Calls whose fate is remembered; that of the one that was noted longest ago is forgotten."""
_VIDEO = Mode.VIDEO
_PAIRED, _REPLACING = Feature.PAIRED_DESCRIPTIONS, Feature.REPLACING_CONNECTIONS


@dataclass(frozen=True, slots=True)
class Observers:
    """Who is told of figures, all in seconds; called within the step that they belong to."""

    match_made: Callable[[tuple[float, float]], None] = lambda waits_s: None  # noqa: ARG005 - nobody listens
    """How long the two of a new call have waited."""
    call_ended: Callable[[float], None] = lambda lasted_s: None  # noqa: ARG005 - nobody listens


class Calls:
    """Begins and ends calls; each step returns who is to be told what."""

    def __init__(
        self,
        clock: Callable[[], float],
        random: Random,
        observers: Observers,
        tickets: Tickets | None = None,
    ) -> None:
        self._clock = clock
        self._random = random
        self._observers = observers
        self._tickets = tickets
        self._living: dict[CallId, Call] = {}
        self._restored: dict[CallId, Call] = {}
        self._over: dict[CallId, float] = {}
        """When restored calls have ended: a ticket of one is worth nothing any more."""
        self._left: dict[CallId, float] = {}
        """When calls have left this server with their last peer: they may come back."""

    def __len__(self) -> int:
        return len(self._living)

    def with_id(self, call: CallId) -> Call | None:
        return self._living.get(call)

    def begin(self, one: Peer, ones: Search, other: Peer, others: Search) -> list[Delivery]:
        """Bring two peers together who have stopped waiting with these searches."""
        now = self._clock()
        call = Call(cast("CallId", urandom(_ID_BYTES).hex()), (one, other), now)
        self._living[call.id] = call
        part, others_part = arrange(
            Party(_offer_to(other, ones), _PAIRED in one.features),
            Party(_offer_to(one, others), _PAIRED in other.features),
            self._random,
        )
        self._observers.match_made((now - one.waiting_since, now - other.waiting_since))
        _remember(call)
        one.call = other.call = call
        ticket = others_ticket = ""
        if self._tickets is not None:
            ticket, others_ticket = self._tickets.write_both(call.id, one.person, other.person)
        one.match = _match(call, one, ones, other, others, part, ticket)
        other.match = _match(call, other, others, one, ones, others_part, others_ticket)
        one.turn += 1
        other.turn += 1
        return [(one, one.match), (other, other.match)]

    def restored(self, call: CallId) -> Call | None:
        """Return a call that has been brought back and lives."""
        return self._restored.get(call)

    def is_over(self, call: CallId) -> bool:
        """Whether a call has been brought back and has ended since."""
        return call in self._over

    def has_left(self, call: CallId) -> bool:
        """Whether a call has gone on without anybody of this server."""
        return call in self._left

    def restore(self, ticket: Ticket, peer: Peer, stranger: Peer) -> Call:
        """Bring a call back that this server does not know, or not any more."""
        peers = (peer, stranger) if ticket.side == 0 else (stranger, peer)
        call = Call(ticket.call, peers, self._clock())
        self._living[call.id] = call
        self._restored[call.id] = peer.call = stranger.call = call
        return call

    def lacking(self) -> list[Call]:
        """Return the calls brought back whose other peer has not come back to this server."""
        return [call for call in self._restored.values() if any(is_awaited(p) for p in call.peers)]

    def replace(self, call: Call, side: int, peer: Peer) -> None:
        """Put a peer in the place of the one that had it, which is not in the call any more."""
        old, other = call.peers[side], call.peers[1 - side]
        old.call = old.match = None
        old.turn += 1
        call.peers = (peer, other) if side == 0 else (other, peer)
        call.candidates[side] = 0
        peer.call = call
        _remember(call)

    def take_in(self, call: Call) -> None:
        """Go on with a call that another server had until now."""
        self._living[call.id] = call
        self._left.pop(call.id, None)
        for peer in call.peers:
            peer.call = call

    def forget(self, call: Call) -> None:
        """The call goes on without anybody of this server."""
        for peer in call.peers:
            peer.call = peer.match = None
        self._living.pop(call.id, None)
        self._restored.pop(call.id, None)
        self._note(self._left, call.id)

    def reunite(self, call: Call) -> None:
        """Both peers of a call that was brought back are there again."""
        _remember(call)

    def join(self, peer: Peer, stranger: Peer, match: QueueMatched) -> list[Delivery]:
        """Bring a peer into a call with one of another server, which has begun it."""
        # The other server is the first side, for it has begun the call.
        call = Call(CallId(match.call), (stranger, peer), self._clock())
        self._living[call.id] = peer.call = stranger.call = call
        _remember(call)
        peer.match = match
        peer.turn += 1
        return [(peer, match)]

    def relay(self, peer: Peer, message: CallDescription | CallCandidate) -> list[Delivery]:
        """Hand a message to the stranger of this very call, or raise UNKNOWN_CALL.

        RATE_LIMITED while the stranger has not heard much of what was said before.
        """
        call = peer.call
        if call is None or call.id != message.call:
            raise ProtocolError(ErrorCode.UNKNOWN_CALL, "not in this call, or it has ended")
        first, second = call.peers
        stranger = second if peer is first else first
        if not stranger.unheard.has_room_for_stranger:
            raise ProtocolError(
                ErrorCode.RATE_LIMITED,
                "the stranger has not heard yet what was said before",
                retry_after_s=limits.ACKNOWLEDGE_WITHIN_S,
            )
        if type(message) is CallCandidate:
            side = 0 if peer is first else 1
            call.candidates[side] += 1
            if call.candidates[side] > limits.CANDIDATES_PER_CALL_MAX:
                raise ProtocolError(ErrorCode.RATE_LIMITED, "too many candidates in this call")
        return [(stranger, message)]

    def end(self, peer: Peer, reason: CallEnd) -> list[Delivery]:
        """Free both peers of a call, if this one is in one, and tell the other."""
        call = peer.call
        if call is None:
            return []
        first, second = call.peers
        stranger = second if peer is first else first
        peer.call = stranger.call = peer.match = stranger.match = None
        del self._living[call.id]
        if self._restored.pop(call.id, None) is not None:
            self._note(self._over, call.id)
        self._observers.call_ended(self._clock() - call.started)
        return [(stranger, CallEnded(call.id, reason))]

    def _note(self, noted: dict[CallId, float], call: CallId) -> None:
        """Remember what has become of a call, while its tickets are valid and for so many calls."""
        now = self._clock()
        noted.pop(call, None)
        noted[call] = now
        if len(noted) > _NOTED_MAX:
            del noted[next(iter(noted))]
        while now - noted[oldest := next(iter(noted))] > VALID_S:
            del noted[oldest]


def is_awaited(peer: Peer) -> bool:
    """Whether this stands for a peer of a call brought back that has not come back itself."""
    return peer.node is None and not peer.token and not peer.connected


def _offer_to(peer: Peer, strangers: Search) -> str | None:
    """Return the offer that is parked with a search, unless the peer has much to hear already."""
    return strangers.description if peer.unheard.has_room_for_stranger else None


def _match(
    call: Call, peer: Peer, search: Search, stranger: Peer, theirs: Search, part: Part, ticket: str
) -> QueueMatched:
    wishes, others = peer.wishes, stranger.wishes
    # By position, for msgspec looks every name up.
    return QueueMatched(
        search.search,
        call.id,
        stranger_name(peer, stranger),
        part.role,
        part.exchange,
        theirs.mode is _VIDEO and theirs.has_camera,
        part.description,
        _REPLACING in peer.features and _REPLACING in stranger.features,
        _shared(wishes.interests, others.interests) if wishes.interests else [],
        _shared(wishes.languages, others.languages) if wishes.languages else [],
        ticket,
    )


def _remember(call: Call) -> None:
    """Note with both that they have met, once for each call: the present one is noted last."""
    one, other = call.peers
    _note_meeting(call, one, other)
    _note_meeting(call, other, one)


def _note_meeting(call: Call, peer: Peer, stranger: Peer) -> None:
    met = peer.met
    if not met or met[-1].call != call.id:
        peer.recent.append(stranger.secret)
        met.append(Meeting(call.id, stranger.person, stranger.network))


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    return [word for word in mine if word in theirs]
