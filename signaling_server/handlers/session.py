"""session.hello and session.bye: a peer arrives, comes back, or goes for good."""

from typing import NamedTuple

from signaling_server.config.model import Config
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.domain.tickets import Ticket
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import Bye, CallEnd, Hello, Welcome
from signaling_server.protocol.versions import (
    VERSIONS,
    Feature,
    choose_version,
    known_features,
)


class Greeting(NamedTuple):
    """A peer with its welcome, what is said right after it, and what follows for others."""

    peer: Peer
    welcome: Welcome
    first: list[Delivery]
    deliveries: list[Delivery]


class Caller(NamedTuple):
    """Who says hello, with what it comes back to, if it does.

    person is Persons.of its key, empty without one; network the neighbourhood of its address.
    """

    person: str
    network: str
    known: Peer | None = None
    ticket: Ticket | None = None


def hello(lobby: Lobby, config: Config, message: Hello, caller: Caller) -> Greeting:
    """Begin a session or take one up again. VERSION_UNSUPPORTED when no version is shared."""
    version = choose_version(message.versions)
    if version is None:
        spoken = ", ".join(map(str, VERSIONS))
        raise ProtocolError(
            ErrorCode.VERSION_UNSUPPORTED,
            f"this server speaks protocol version {spoken}, the client none of them: "
            "the older of the two needs an update",
        )
    features = known_features(message.features)
    if not lobby.has_relay:
        features -= {Feature.RELAY}
    peer, resumed, deliveries = _enter(lobby, message, caller)
    call = peer.call.id if peer.call else None
    if resumed and not peer.acknowledges:
        # Nothing was counted from the beginning on.
        features -= {Feature.ACKNOWLEDGED}
    peer.features, peer.network = features, caller.network
    peer.acknowledges = Feature.ACKNOWLEDGED in features
    # Access to the relay first, for what is told after it may need it.
    first = lobby.give_relay_again(peer)
    if resumed:
        if peer.match is not None and not peer.acknowledges:
            first.append((peer, peer.match))
        deliveries = lobby.socket_back(peer)
    welcome = Welcome(
        version=version,
        session=peer.session,
        resume=lobby.renew_token(peer, used=message.resume or "" if resumed else ""),
        resume_within_s=config.resume_waiting_s,
        online=lobby.online,
        resumed=resumed,
        call=call,
        features=sorted(features),
        ice_servers=config.ice_servers,
        likely_wait_s=lobby.likely_wait_s,
        pools=config.pools,
        moderators_key=config.moderators_key,
        received=peer.taken,
    )
    return Greeting(peer, welcome, first, deliveries)


def _enter(lobby: Lobby, message: Hello, caller: Caller) -> tuple[Peer, bool, list[Delivery]]:
    """Return the peer, whether its session goes on, and who is told that it is there."""
    known = caller.known
    if known is not None:
        if known.acknowledges and message.received is not None:
            known.unheard.acknowledge(message.received)
        return known, True, []
    if caller.ticket is not None:
        back = lobby.enter_call(caller.ticket, caller.person, caller.network)
        if back is not None:
            return back.peer, False, back.deliveries
    peer = lobby.enter(caller.person or None, ())
    peer.person = caller.person
    return peer, False, []


def bye(lobby: Lobby, peer: Peer, message: Bye) -> list[Delivery]:  # noqa: ARG001 - a handler's signature
    return lobby.depart(peer, CallEnd.LEFT)


def hello_again(lobby: Lobby, peer: Peer, message: Hello) -> list[Delivery]:  # noqa: ARG001 - a handler's signature
    raise ProtocolError(ErrorCode.WRONG_STATE, "this socket has said hello before")
