"""A session as one message, and back: all that a server needs to go on with it."""

from signaling_server.domain.node_messages import Claim, HandedCall, Handover, Stranger, Untold
from signaling_server.domain.peer import Call, NodeId, Peer
from signaling_server.domain.wishes import wishes_of
from signaling_server.protocol.messages import CallNext, QueueJoin, ServerMessage
from signaling_server.protocol.unacknowledged import Unacknowledged
from signaling_server.protocol.versions import known_features


def packed(
    peer: Peer,
    claim: Claim,
    node: NodeId,
    pool: str | None,
    call: HandedCall | None,
    untold: Untold,
    now: float,
) -> Handover:
    """Return the answer to a claim of this peer's session; node is the server that has it."""
    search = peer.search
    assert search is None or isinstance(search, QueueJoin | CallNext)
    return Handover(
        number=claim.number,
        node=node,
        token=claim.token,
        session=peer.session,
        secret=peer.secret,
        person=peer.person,
        network=peer.network,
        features=sorted(peer.features),
        acknowledges=peer.acknowledges,
        connected=peer.connected,
        taken=peer.taken,
        heard=peer.unheard.told - len(peer.unheard),
        unheard=list(peer.unheard.frames),
        untold=untold,
        wait=peer.wait,
        search=search,
        pool=pool,
        stage=peer.stage,
        waited_s=now - peer.waiting_since,
        recent=list(peer.recent),
        met=list(peer.met),
        call=call,
    )


def unpacked(handover: Handover, now: float) -> Peer:
    """Return the peer of a session that was handed over, not in its call yet."""
    peer = Peer(handover.session, handover.secret, known_features(handover.features))
    peer.person, peer.network = handover.person, handover.network
    peer.acknowledges, peer.taken = handover.acknowledges, handover.taken
    peer.unheard = Unacknowledged(handover.heard)
    for frame in handover.unheard:
        peer.unheard.add(frame)
    peer.wait, peer.stage = handover.wait, handover.stage
    peer.waiting_since = now - handover.waited_s
    if handover.search is not None and handover.pool is not None:
        peer.search, peer.wishes = handover.search, wishes_of(handover.search, handover.pool)
    peer.recent.extend(handover.recent)
    peer.met.extend(handover.met)
    return peer


def in_order(untold: Untold) -> list[ServerMessage]:
    """Return what a peer is to be told, the oldest first."""
    return [told for by in sorted(untold, reverse=True) for told in untold[by]]


def packed_call(call: Call, peer: Peer, stranger: Stranger, now: float) -> HandedCall:
    """Return the call of a peer, with the stranger as other servers know it."""
    return HandedCall(
        id=call.id,
        side=call.peers.index(peer),
        match=peer.match,
        stranger=stranger,
        candidates=list(call.candidates),
        lasted_s=now - call.started,
    )


def unpacked_call(handed: HandedCall, peer: Peer, guest: Peer, now: float) -> Call:
    """Return a call with this peer and a guest in it."""
    peers = (peer, guest) if handed.side == 0 else (guest, peer)
    return Call(handed.id, peers, now - handed.lasted_s, candidates=list(handed.candidates))
