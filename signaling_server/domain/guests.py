"""Peers of other servers, as they are known to a server that has or may have their stranger."""

from signaling_server.domain.node_messages import Guest, Place, Stranger
from signaling_server.domain.peer import NodeId, Peer
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol.messages import (
    CallCandidate,
    CallDescription,
    CallNext,
    QueueJoin,
    QueueMatched,
    ServerMessage,
)
from signaling_server.protocol.versions import known_features


def guest_at(node: NodeId, peer: Peer, now: float) -> Guest:
    """Return a peer of that server which waits, as another server has to know it to pair it."""
    search = peer.search
    assert isinstance(search, QueueJoin | CallNext)
    return Guest(
        place=Place(node, peer.session, peer.wait),
        secret=peer.secret,
        person=peer.person,
        network=peer.network,
        features=sorted(peer.features),
        pool=peer.wishes.pool,
        search=search,
        stage=peer.stage,
        waited_s=now - peer.waiting_since,
        recent=list(peer.recent),
    )


def peer_of(guest: Guest, now: float) -> Peer:
    """Return a peer of another server that waits there."""
    peer = Peer(guest.place.session, guest.secret, known_features(guest.features))
    peer.node, peer.wait = guest.place.node, guest.place.wait
    peer.person, peer.network = guest.person, guest.network
    peer.search, peer.wishes = guest.search, wishes_of(guest.search, guest.pool)
    peer.stage, peer.waiting_since = guest.stage, now - guest.waited_s
    peer.recent.extend(guest.recent)
    return peer


def place_there(guest: Peer) -> Place:
    """Return where a peer of another server waits, or waited."""
    assert guest.node is not None
    return Place(guest.node, guest.session, guest.wait)


def stranger_at(node: NodeId, peer: Peer) -> Stranger:
    """Return a peer, whose session that server has, as others have to know it."""
    place = Place(node, peer.session, peer.wait)
    return Stranger(place, peer.secret, peer.person, peer.network)


def peer_in_call(stranger: Stranger) -> Peer:
    """Return a peer of another server that is in a call with one of this server."""
    peer = Peer(stranger.place.session, stranger.secret, frozenset())
    peer.node, peer.wait = stranger.place.node, stranger.place.wait
    peer.person, peer.network = stranger.person, stranger.network
    return peer


def has_room_for(peer: Peer, match: QueueMatched) -> bool:
    """Whether a match that another server has made is kept: it may bring a long parked offer."""
    return match.description is None or peer.unheard.has_room_for_stranger


def is_too_much(peer: Peer, told: ServerMessage, number: int = 0, size_bytes: int = 0) -> bool:
    """Whether a stranger says more than is kept: its server cannot know what was heard here.

    number and size_bytes are of what is kept already beside what the peer has not heard.
    """
    is_strangers = isinstance(told, CallDescription | CallCandidate)
    return is_strangers and not peer.unheard.has_room_beside(number, size_bytes)
