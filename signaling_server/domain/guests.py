"""Peers of other servers, as they are known to a server that has their stranger."""

from signaling_server.domain.node_messages import Place, Stranger
from signaling_server.domain.peer import NodeId, Peer
from signaling_server.protocol.messages import CallCandidate, CallDescription, ServerMessage


def stranger_at(node: NodeId, peer: Peer) -> Stranger:
    """Return a peer, whose session that server has, as others have to know it."""
    place = Place(node, peer.session, peer.wait)
    return Stranger(place, peer.secret, peer.person, peer.network)


def guest_of(stranger: Stranger) -> Peer:
    """Return a peer of another server that is in a call with one of this server."""
    peer = Peer(stranger.place.session, stranger.secret, frozenset())
    peer.node, peer.wait = stranger.place.node, stranger.place.wait
    peer.person, peer.network = stranger.person, stranger.network
    return peer


def is_too_much(peer: Peer, told: ServerMessage, number: int = 0, size_bytes: int = 0) -> bool:
    """Whether a stranger says more than is kept: its server cannot know what was heard here.

    number and size_bytes are of what is kept already beside what the peer has not heard.
    """
    is_strangers = isinstance(told, CallDescription | CallCandidate)
    return is_strangers and not peer.unheard.has_room_beside(number, size_bytes)
