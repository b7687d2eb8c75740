"""Sessions that move: to the server that their socket came to, from the one that had them.

The server that gets a hello with another's token claims the session. The one that has it checks
what it would check for a hello of its own, gives it up and hands it over, all in one step, so
that it is at one server at most. A handover that nobody waits for any more is dropped: the
client has gone on otherwise by then, by its call's ticket or with a new session.

What others had sent for the session before they knew is passed on. Of a call with a peer of a
third server, the stranger's messages come both ways for a moment; those that came directly wait
for those that were passed on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from msgspec.structs import replace

from signaling_server.domain.afar import Afar, Post
from signaling_server.domain.calls import Calls, is_awaited
from signaling_server.domain.departures import Departure, Departures, place_in
from signaling_server.domain.guests import is_too_much, peer_in_call, stranger_at
from signaling_server.domain.node_messages import (
    Claim,
    HandedCall,
    Handover,
    InCall,
    Moved,
    NodeMessage,
    NotHere,
    PassedOn,
    Relayed,
    Returned,
    Stranger,
    Untold,
)
from signaling_server.domain.packing import in_order, packed, packed_call, unpacked, unpacked_call
from signaling_server.domain.peer import Call, Delivery, NodeId, Peer
from signaling_server.domain.searching import Searching
from signaling_server.domain.sessions import Sessions, may_take_up
from signaling_server.domain.settling import SETTLED_WITHIN_S, Settling
from signaling_server.protocol.messages import CallEnd, CallEnded, CallId, ServerMessage

_PASSED_ON_MAX = 3
"""Servers that a claim is passed on by: so often one token may be used before it is heard."""
_MARK = "."
"""Between the server and the rest of a token; neither of the two has one."""

Answered = Callable[[Peer | None], None]
"""Takes the session that was claimed, which is here now without a socket, or None."""
LetGo = Callable[[Peer], None]


@dataclass(frozen=True, slots=True)
class Here:
    """What this server has. await_return gives a peer its time to come back with a socket."""

    clock: Callable[[], float]
    sessions: Sessions
    searching: Searching
    calls: Calls
    await_return: Callable[[Peer], None]


class Moving:
    """Claims sessions of other servers, and hands over those of this one.

    Each step is atomic and returns who is to be told what. Not thread-safe. Messages may be lost
    and late. let_go closes the socket of a session that goes on elsewhere; is_there tells
    whether a server can be talked to; what has left is remembered for remember_s.
    """

    def __init__(
        self,
        afar: Afar,
        here: Here,
        post: Post,
        let_go: LetGo,
        is_there: Callable[[NodeId], bool],
        remember_s: float,
    ) -> None:
        self._afar = afar
        self._here = here
        self._post = post
        self._let_go = let_go
        self._is_there = is_there
        self._remember_s = remember_s
        self._numbers = count(1)
        self._claims: dict[int, Answered] = {}
        self._departures = Departures()
        self._settling: dict[Peer, Settling] = {}

    # --- the server that the socket came to ------------------------------------------------

    def is_elsewhere(self, token: str) -> bool:
        """Whether another server may have the session of this token, and can be asked."""
        node = self._home_of(token)
        return node is not None and self._is_there(node)

    def claim(self, token: str, person: str, received: int | None, answered: Answered) -> int:
        """Ask for a session that is elsewhere; returns the number of the claim.

        person has proved who it is. answered is called once, unless the claim is given up.
        """
        node, number = self._home_of(token), next(self._numbers)
        assert node is not None
        self._claims[number] = answered
        self._post(node, Claim(self._afar.node, number, token, person, received))
        return number

    def give_up(self, number: int) -> None:
        """Wait for the answer no longer: one that comes later is dropped."""
        self._claims.pop(number, None)

    def not_here(self, message: NotHere) -> list[Delivery]:
        """Go on without the session."""
        self._answer(message.number, None)
        return []

    def handed_over(self, message: Handover) -> list[Delivery]:
        """Go on with the session as if it had always been here."""
        if message.number not in self._claims:
            return []
        peer = unpacked(message, self._here.clock())
        handed = message.call
        for key in (message.token, message.session):
            self._departures.forget(key)
        if handed is not None:
            self._departures.forget(place_in(handed.id, handed.side))
        is_in_call = handed is not None and self._take_call_in(handed, peer, message.node)
        peer.connected = message.connected and is_in_call
        self._here.sessions.adopt(peer, message.token)
        if message.pool is not None:
            self._here.searching.take_in(peer, message.pool)
        if not peer.connected:
            self._here.await_return(peer)
        self._answer(message.number, peer)
        news = self._take_untold_in(peer, message.untold)
        if handed is not None and not is_in_call:
            news.append((peer, CallEnded(handed.id, CallEnd.LOST)))
        return news

    def passed_on(self, message: PassedOn) -> list[Delivery]:
        """Tell what had gone to the server that had the session before."""
        peer, told = self._here.sessions.with_id(message.session), message.message
        if peer is None:
            departure = self._departures.find(message.session)
            if departure is not None and told is not None and message.passed_on < _PASSED_ON_MAX:
                self._post(departure.node, replace(message, passed_on=message.passed_on + 1))
            return []
        if told is None:
            return self._settled(peer)
        call, settling = peer.call, self._settling.get(peer)
        if (
            isinstance(told, InCall)
            and (call is None or call.id != told.call)
            # Where its end has come directly, and is not told yet, this was said before.
            and not (settling is not None and settling.was_said_before_end(told))
        ):
            return []
        if call is not None and isinstance(told, CallEnded):
            # The last that the stranger's server has sent that way.
            return [*self._settled(peer), *self._end(call, peer, told.reason)]
        if settling is not None:
            settling.keep(peer, told, message.passed_on + 1)
            return []
        return [] if is_too_much(peer, told) else [(peer, told)]

    def tell(self, peer: Peer, message: ServerMessage) -> None:
        """Take what a peer is told that is elsewhere, or that has not settled here yet."""
        if peer.is_settling:
            self._settling[peer].keep(peer, message, 0)
        else:
            self._afar.tell(peer, message)

    # --- the server that has the session ---------------------------------------------------

    def claimed(self, claim: Claim) -> list[Delivery]:
        """Hand a session over, or say that it is not here for who claims it."""
        peer = self._here.sessions.with_token(claim.token)
        if claim.node == self._afar.node:
            # It came back here by itself: the hello finds it now.
            self._answer(claim.number, None)
        elif peer is None:
            self._pass_claim_on(claim)
        elif not may_take_up(peer, claim.person, claim.received):
            self._refuse(claim)
        elif self._can_move(peer):
            self._hand_over(peer, claim)
        else:
            self._stay(peer)
            self._refuse(claim)
        return []

    def passes_on(self, message: NodeMessage) -> bool:
        """Pass on what is for a call that has left this server; False if it is for this one."""
        if not isinstance(message, Relayed | Returned | Moved):
            return False
        call = message.message.call if isinstance(message, Relayed) else message.call
        departure = self._departures.find(call)
        if departure is None or self._here.calls.with_id(CallId(call)) is not None:
            return False
        if isinstance(message, Returned):
            if message.passed_on >= _PASSED_ON_MAX:
                return True
            self._post(departure.node, replace(message, passed_on=message.passed_on + 1))
            if message.stranger.place.node == departure.node:
                # Both are there now, and nobody will say anything by this way any more.
                self._post(departure.node, PassedOn(departure.session, None))
            return True
        if not isinstance(message, Relayed):
            self._post(departure.node, PassedOn(departure.session, None))
            return True
        if message.side is not None:
            # It may be for the other of the call, who was to come here and never did.
            departure = self._departures.find(place_in(call, message.side))
        if departure is not None:
            self._post(departure.node, PassedOn(departure.session, message.message))
        return True

    def undelivered(self, message: NodeMessage) -> None:
        """The server that this was for is not there."""
        if isinstance(message, Claim):
            self._refuse(message)

    # --- time ------------------------------------------------------------------------------

    def pass_time(self) -> list[Delivery]:
        """Forget what has left long ago, and wait no longer for what is on its way."""
        now = self._here.clock()
        self._departures.pass_time(now)
        due = [peer for peer, settling in self._settling.items() if settling.due <= now]
        return [told for peer in due for told in self._settled(peer)]

    # --- steps -----------------------------------------------------------------------------

    def _home_of(self, token: str) -> NodeId | None:
        """Return the other server that has, or had, the session of a token."""
        if departure := self._departures.find(token):
            return departure.node
        node, mark, _ = token.partition(_MARK)
        return NodeId(node) if mark and node != self._afar.node else None

    def _answer(self, number: int, peer: Peer | None) -> None:
        if (answered := self._claims.pop(number, None)) is not None:
            answered(peer)

    def _refuse(self, claim: Claim) -> None:
        if claim.node == self._afar.node:
            self._answer(claim.number, None)
        else:
            self._post(claim.node, NotHere(claim.number))

    def _pass_claim_on(self, claim: Claim) -> None:
        """Have the claim answered where the session has gone: its welcome there may be lost."""
        departure = self._departures.find(claim.token)
        if departure is None or claim.passed_on >= _PASSED_ON_MAX:
            self._refuse(claim)
        else:
            self._post(departure.node, replace(claim, passed_on=claim.passed_on + 1))

    def _can_move(self, peer: Peer) -> bool:
        """Whether nothing but this server knows of the peer's place.

        In a call that was brought back by a ticket, the stranger is still awaited here.
        """
        return peer.call is None or not is_awaited(peer.call.stranger_of(peer))

    def _stay(self, peer: Peer) -> None:
        """Keep the place of a peer whose newer socket is at another server."""
        self._let_go(peer)
        if peer.connected:
            self._here.sessions.set_connected(peer, False)
            self._here.await_return(peer)

    def _hand_over(self, peer: Peer, claim: Claim) -> None:
        call, here, now = peer.call, self._here, self._here.clock()
        handed = None
        if call is not None:
            handed = packed_call(call, peer, self._known_stranger(call, peer), now)
        untold = self._take_untold(peer)
        pool = here.searching.pool_of(peer)
        self._let_go(peer)
        self._post(claim.node, packed(peer, claim, self._afar.node, pool, handed, untold, now))
        left = call is not None and self._leave_call(call, peer, claim.node)
        self._departures.add(
            Departure(
                claim.node,
                peer.session,
                claim.token,
                call.id if call is not None and left else None,
                None if handed is None else place_in(handed.id, handed.side),
                now + self._remember_s,
            )
        )
        self._afar.drop(peer)
        peer.turn += 1
        # Who still has something for it, such as the answer to a report, finds it there.
        peer.node = claim.node

    def _known_stranger(self, call: Call, peer: Peer) -> Stranger:
        """Return the other of a call as the server that gets the peer has to know it."""
        stranger = call.stranger_of(peer)
        return stranger_at(stranger.node or self._afar.node, stranger)

    def _leave_call(self, call: Call, peer: Peer, to: NodeId) -> bool:
        """Let the peer be a guest in its call; True when nobody of the call has stayed here."""
        side, stranger = call.peers.index(peer), call.stranger_of(peer)
        moved = stranger_at(to, peer)
        if stranger.node is None:
            self._here.calls.replace(call, side, peer_in_call(moved))
            self._afar.share(stranger)
            return False
        self._afar.forget(call)
        for said in self._afar.early.take_all(call):
            self._post(to, PassedOn(peer.session, said))
        if stranger.node != to:
            # From here, so that it comes after the handover and before the next comparison.
            self._post(stranger.node, Returned(call.id, side, moved))
        return True

    def _take_call_in(self, handed: HandedCall, peer: Peer, last: NodeId) -> bool:
        """Let the peer be in its call here; False when it has ended, or others are in it."""
        call, at = self._here.calls.with_id(handed.id), handed.stranger.place.node
        departure = self._departures.find(handed.id)
        if call is not None and not self._afar.give_way(call):
            if not self._take_place_of_guest(call, handed, peer):
                return False
            at = self._afar.node
        elif at != self._afar.node:
            self._take_guest_in(handed, peer, peer_in_call(handed.stranger))
        elif departure is not None:
            at = departure.node
            self._follow(departure, handed, peer)
        else:
            return False
        self._departures.forget(handed.id)
        peer.match = handed.match
        if at != last:
            peer.is_settling = True
            due = self._here.clock() + SETTLED_WITHIN_S
            self._settling[peer] = Settling(due, handed.id)
        return True

    def _take_guest_in(self, handed: HandedCall, peer: Peer, guest: Peer) -> None:
        call = unpacked_call(handed, peer, guest, self._here.clock())
        self._here.calls.take_in(call)
        self._afar.share(peer)

    def _follow(self, departure: Departure, handed: HandedCall, peer: Peer) -> None:
        """Go on with a stranger that has left this server while the peer was on its way here."""
        guest = peer_in_call(handed.stranger)
        guest.node = departure.node
        self._take_guest_in(handed, peer, guest)
        moved = stranger_at(self._afar.node, peer)
        self._post(departure.node, Returned(handed.id, handed.side, moved))
        # What the peer says from now on comes from here directly.
        self._post(departure.node, PassedOn(departure.session, None))

    def _take_place_of_guest(self, call: Call, handed: HandedCall, peer: Peer) -> bool:
        guest = call.peers[handed.side]
        if guest.node is None or guest.session != peer.session:
            return False
        self._here.calls.replace(call, handed.side, peer)
        call.candidates[handed.side] = handed.candidates[handed.side]
        self._afar.took_place(call, peer, guest)
        return True

    def _end(self, call: Call, peer: Peer, reason: CallEnd) -> list[Delivery]:
        """End a call from the side of its other peer."""
        if call.stranger_of(peer).node is not None:
            return self._afar.end_shared(call, reason)
        return self._here.calls.end(call.stranger_of(peer), reason)

    def _take_untold_in(self, peer: Peer, untold: Untold) -> list[Delivery]:
        """Return what can be told at once of what the last server had kept."""
        if not peer.is_settling:
            return [(peer, told) for told in in_order(untold)]
        for by, messages in untold.items():
            for told in messages:
                self._settling[peer].keep(peer, told, by + 1)
        return []

    def _take_untold(self, peer: Peer) -> Untold:
        peer.is_settling = False
        settling = self._settling.pop(peer, None)
        return {} if settling is None else settling.untold

    def _settled(self, peer: Peer) -> list[Delivery]:
        return [(peer, told) for told in in_order(self._take_untold(peer))]


def token_prefix(node: NodeId) -> str:
    """Return what the resume tokens of a server begin with, so that others find it."""
    return node + _MARK
