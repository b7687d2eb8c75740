"""Pairs and calls across servers: what this one decides about its peers, and asks of the others.

A peer of another server is here as a Peer whose `node` is set. What it is told goes to that
server, so that a call with it is like any other.
"""

from collections.abc import Callable
from typing import NamedTuple

from signaling_server.domain.calls import Calls, is_awaited
from signaling_server.domain.early import Early
from signaling_server.domain.guests import (
    guest_at,
    has_room_for,
    is_too_much,
    peer_in_call,
    peer_of,
    place_there,
    stranger_at,
)
from signaling_server.domain.node_messages import (
    Begun,
    InCall,
    LookAgain,
    Moved,
    NodeMessage,
    Offer,
    PassedOn,
    Place,
    Refused,
    Rejoined,
    Relayed,
    Returned,
    Stranger,
)
from signaling_server.domain.pairing import has_blocked, may_meet
from signaling_server.domain.peer import Call, Delivery, NodeId, Peer
from signaling_server.domain.searching import Searching
from signaling_server.domain.sessions import Sessions
from signaling_server.protocol.messages import (
    CallBack,
    CallEnd,
    CallEnded,
    CallId,
    QueueMatched,
    ServerMessage,
)

ANSWER_WITHIN_S = 1.0
"""An offer that has not been answered by then is taken as lost."""

Post = Callable[[NodeId, NodeMessage], None]


class Promise(NamedTuple):
    """Which wait of a peer has been offered to another server, and until when."""

    wait: int
    due: float


class Afar:
    """The proposals and shared calls of one server; post takes a message for another one.

    Each step returns who is to be told what. Not thread-safe. Messages may be lost, repeated
    and late: a peer is in one call at most whatever happens, and one that was promised in vain
    is looked for again.
    """

    def __init__(
        self,
        node: NodeId,
        clock: Callable[[], float],
        sessions: Sessions,
        searching: Searching,
        calls: Calls,
        post: Post,
    ) -> None:
        self.node = node
        self._clock = clock
        self._sessions = sessions
        self._searching = searching
        self._calls = calls
        self._post = post
        self._promises: dict[Peer, Promise] = {}
        self._shared: dict[CallId, Peer] = {}
        self.early = Early()
        """What was said of calls before it was known by whom."""

    # --- proposals -----------------------------------------------------------------------

    def propose(self, mine: Place, other: Place) -> list[Delivery]:
        """Bring two waits together, the first of them of this server, if they still last."""
        peer = self._waiting(mine)
        if peer is None:
            return self._let_look(other)
        if other.node != self.node:
            self._searching.pause(peer)
            peer.turn += 1
            self._promises[peer] = Promise(mine.wait, self._clock() + ANSWER_WITHIN_S)
            self._post(other.node, Offer(guest_at(self.node, peer, self._clock()), other))
            return []
        stranger = self._waiting(other)
        if stranger is None:
            return self._searching.look(peer)
        if not may_meet(peer, stranger):
            self._avoid(peer, stranger)
            return [*self._searching.look(peer), *self._searching.look(stranger)]
        return self._searching.pair(peer, stranger)

    def undelivered(self, message: NodeMessage) -> list[Delivery]:
        """The server that this was for is not there."""
        if isinstance(message, Offer):
            return self.refused(Refused(message.guest.place))
        return []

    def offered(self, message: Offer) -> list[Delivery]:
        """Begin a call here with a peer of another server, or refuse it."""
        peer, guest = self._waiting(message.wanted), peer_of(message.guest, self._clock())
        if peer is None:
            self._refuse(guest)
            return []
        if not may_meet(peer, guest):
            self._avoid(peer, guest)
            self._refuse(guest, peer.secret if has_blocked(guest, peer) else None)
            return self._searching.look(peer)
        deliveries = self._searching.pair(peer, guest)
        self.share(peer)
        return deliveries

    def refused(self, message: Refused) -> list[Delivery]:
        """Look for somebody else for a peer that was offered."""
        peer = self._sessions.with_id(message.offered.session)
        if peer is None or not self._keep_promise(peer, message.offered):
            return []
        if message.never is not None:
            peer.avoided.add(message.never)
        return self._searching.look(peer)

    def begun(self, message: Begun) -> list[Delivery]:
        """Join the call that another server has begun, or end it when the peer cannot any more."""
        peer, match = self._sessions.with_id(message.offered.session), message.match
        waits = peer is not None and self._keep_promise(peer, message.offered)
        if peer is None or not waits or not has_room_for(peer, match):
            self._relay(message.stranger.place.node, CallEnded(match.call, CallEnd.LOST))
            return self._searching.look(peer) if peer is not None and waits else []
        guest = peer_in_call(message.stranger)
        deliveries = self._searching.join_call(peer, guest, match)
        self.share(peer)
        return deliveries

    def look_again(self, message: LookAgain) -> list[Delivery]:
        peer = self._waiting(message.place)
        return self._searching.look(peer) if peer is not None else []

    # --- shared calls --------------------------------------------------------------------

    def tell(self, guest: Peer, message: ServerMessage) -> None:
        """Pass on what a peer of another server is told."""
        assert guest.node is not None
        if isinstance(message, QueueMatched):
            call = guest.call
            if call is None:
                # It ended before it could be told.
                self._refuse(guest)
                return
            host = call.stranger_of(guest)
            self._post(guest.node, Begun(place_there(guest), self._stranger(host), message))
            return
        if isinstance(message, CallEnded):
            self._shared.pop(CallId(message.call), None)
        if isinstance(message, InCall):
            side = None if guest.call is None else guest.call.peers.index(guest)
            self._relay(guest.node, message, side)
        else:
            # Such as the answer to a report that was being written when the peer moved there.
            self._post(guest.node, PassedOn(guest.session, message))

    def relayed(self, message: Relayed) -> list[Delivery]:
        """Pass on what a peer here is told by another server."""
        told = message.message
        call = self._calls.with_id(CallId(told.call))
        if call is None:
            if not isinstance(told, CallEnded):
                self._relay(message.node, CallEnded(told.call, CallEnd.LOST))
            return []
        peer = self._sharing_with(message.node, call)
        if peer is None:
            self.early.keep(message, call, self._clock())
            return []
        if isinstance(told, CallEnded):
            return self.end_shared(call, told.reason)
        return [] if is_too_much(peer, told) else [(peer, told)]

    def calls_with(self, node: NodeId) -> list[Call]:
        """Return the calls that are shared with a server."""
        return [
            call
            for peer in self._shared.values()
            if (call := peer.call) is not None and call.stranger_of(peer).node == node
        ]

    def partners(self) -> set[NodeId]:
        """Return the servers that calls are shared with."""
        calls = [call for peer in self._shared.values() if (call := peer.call) is not None]
        return {peer.node for call in calls for peer in call.peers if peer.node is not None}

    def end(self, calls: list[Call]) -> list[Delivery]:
        """End shared calls whose other side is lost."""
        return [told for call in calls for told in self.end_shared(call, CallEnd.LOST)]

    def end_shared(self, call: Call, reason: CallEnd) -> list[Delivery]:
        """End a call from the side of the peer that is elsewhere."""
        peer = self._shared.pop(call.id)
        return self._calls.end(call.stranger_of(peer), reason)

    # --- coming back to another server ----------------------------------------------------

    def announce(self) -> list[Returned]:
        """Return what all servers are to be told of calls brought back that lack a peer.

        A peer that is away may have come back to another server as well, and is not spoken of.
        """
        found = []
        for call in self._calls.lacking():
            side = 0 if is_awaited(call.peers[1]) else 1
            if call.peers[side].connected:
                found.append(Returned(call.id, side, self._stranger(call.peers[side])))
        return found

    def returned(self, message: Returned) -> list[Delivery]:
        """Go on with a call whose other peer has come back to another server.

        Its session may be the one that it had, which has moved, or a new one by the call's ticket.
        """
        call, node = self._calls.with_id(message.call), message.stranger.place.node
        if call is None or node == self.node:
            return []
        old, peer = call.peers[message.side], call.peers[1 - message.side]
        if peer.node is not None or (old.node is None and old.connected):
            return []
        is_new = old.session != message.stranger.place.session
        if is_awaited(peer):
            if is_new:
                self.give_way(call)
            return []
        if is_awaited(old) and not peer.connected:
            # As in announce.
            return []
        news: list[Delivery] = []
        if is_new or old.node != node:
            if old.node is None:
                self.drop(old)
            elif old.node != node:
                self._post(old.node, Moved(call.id, message.side, message.stranger.place.session))
            self._calls.replace(call, message.side, peer_in_call(message.stranger))
            self.share(peer)
        if is_new:
            # Of a session that has moved, its own server tells this.
            news = [(peer, CallBack(call.id))]
        mine = self._stranger(peer)
        self._post(node, Rejoined(call.id, 1 - message.side, mine, peer.connected))
        return [*news, *self._said_early(call, node)]

    def rejoined(self, message: Rejoined) -> list[Delivery]:
        """Put the peer of another server in the place that was kept for it."""
        call = self._calls.with_id(message.call)
        if call is None:
            return []
        there, node = call.peers[message.side], message.stranger.place.node
        if not is_awaited(there):
            if there.node is None:
                # It has come here itself meanwhile.
                self._post(node, Moved(call.id, message.side, there.session))
            return []
        self.drop(there)
        self._calls.replace(call, message.side, peer_in_call(message.stranger))
        peer = call.peers[1 - message.side]
        self.share(peer)
        news = [(peer, CallBack(call.id))] if message.here else []
        return [*news, *self._said_early(call, node)]

    def moved(self, message: Moved) -> list[Delivery]:
        """Forget a peer that has come back elsewhere."""
        call = self._calls.with_id(message.call)
        peer = call.peers[message.side] if call is not None else None
        if call is None or peer is None or peer.node is not None or peer.connected:
            return []
        if peer.session == message.session:
            return []  # It has come back here since then.
        self.drop(peer)
        self.forget(call)
        return []

    def give_way(self, call: Call) -> bool:
        """Let a call go that was brought back here and goes on elsewhere.

        False where anybody is in it, rather than one who is away and may have come back elsewhere.
        """
        is_lacking = any(is_awaited(peer) for peer in call.peers)
        if not is_lacking or any(peer.connected for peer in call.peers):
            return False
        for peer in call.peers:
            self.drop(peer)
        self.forget(call)
        return True

    def took_place(self, call: Call, peer: Peer, guest: Peer) -> None:
        """A peer has come back to this server, and was a guest in the call until now."""
        assert guest.node is not None
        self._shared.pop(call.id, None)
        self._post(guest.node, Moved(call.id, call.peers.index(peer), peer.session))

    def share(self, peer: Peer) -> None:
        """Note that the call of a peer is shared with another server from now on."""
        assert peer.call is not None
        peer.call.shared_since = self._clock()
        self._shared[peer.call.id] = peer

    def forget(self, call: Call) -> None:
        """The call goes on between other servers."""
        self._shared.pop(call.id, None)
        self._calls.forget(call)

    def drop(self, peer: Peer) -> None:
        """End the session here of a peer that is at another server now."""
        self._sessions.end(peer)
        self._searching.forget(peer)

    # --- time ----------------------------------------------------------------------------

    def pass_time(self) -> list[Delivery]:
        """Look again for those whose offer was not answered, and keep nothing for too long."""
        now = self._clock()
        self.early.pass_time(now)
        lost = [peer for peer, promise in self._promises.items() if promise.due <= now]
        deliveries = []
        for peer in lost:
            promise = self._promises.pop(peer)
            if peer.wait == promise.wait and peer.search is not None:
                # A late answer is for a wait that has ended.
                peer.wait += 1
                deliveries += self._searching.look(peer)
        return deliveries

    # --- steps ---------------------------------------------------------------------------

    def is_promised(self, peer: Peer) -> bool:
        promise = self._promises.get(peer)
        return promise is not None and promise.wait == peer.wait

    def _waiting(self, place: Place) -> Peer | None:
        """Return the peer of this server that still waits so, and is promised to nobody."""
        peer = self._sessions.with_id(place.session)
        if peer is None or peer.wait != place.wait or self.is_promised(peer):
            return None
        return peer if peer.search is not None and peer.connected else None

    def _keep_promise(self, peer: Peer, offered: Place) -> bool:
        """Whether the answer to an offer is for the wait that still lasts; it is not owed any more."""
        promise = self._promises.get(peer)
        if promise is None or promise.wait != offered.wait:
            return False
        del self._promises[peer]
        return peer.wait == offered.wait and peer.search is not None and peer.connected

    def _let_look(self, place: Place) -> list[Delivery]:
        if place.node == self.node:
            return self.look_again(LookAgain(place))
        self._post(place.node, LookAgain(place))
        return []

    def _refuse(self, guest: Peer, never: bytes | None = None) -> None:
        place = place_there(guest)
        self._post(place.node, Refused(place, never))

    def _avoid(self, one: Peer, other: Peer) -> None:
        """Let those who have blocked not be proposed again to those whom they have."""
        for peer, stranger in ((one, other), (other, one)):
            if has_blocked(peer, stranger):
                peer.avoided.add(stranger.secret)

    def _sharing_with(self, node: NodeId, call: Call) -> Peer | None:
        """Return the peer of this server in a call, where that server has the other one."""
        peer = self._shared.get(call.id)
        if peer is None or peer.call is not call:
            return None
        return peer if call.stranger_of(peer).node == node else None

    def _said_early(self, call: Call, node: NodeId) -> list[Delivery]:
        """Pass on what that server has said before it was known to have a peer of the call."""
        early = self.early.take(call, node)
        return [told for message in early for told in self.relayed(message)]

    def _stranger(self, peer: Peer) -> Stranger:
        return stranger_at(self.node, peer)

    def _relay(self, node: NodeId, message: InCall, side: int | None = None) -> None:
        self._post(node, Relayed(self.node, message, side))
