"""session.hello and session.bye: a peer arrives, comes back, or goes for good."""

from typing import NamedTuple

from signaling_server.config.model import Config
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import Bye, CallEnd, Hello, Welcome
from signaling_server.protocol.versions import (
    VERSIONS,
    Feature,
    choose_version,
    known_features,
)


class Greeting(NamedTuple):
    """A peer with its welcome, and what follows from its being here."""

    peer: Peer
    welcome: Welcome
    deliveries: list[Delivery]


class Caller(NamedTuple):
    """Who says hello: Persons.of its key, if it has one, and the neighbourhood of its address."""

    person: str | None
    network: str


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
    peer = lobby.peer_with(message.resume) if message.resume else None
    resumed = peer is not None
    if peer is None:
        peer = lobby.enter(caller.person, features)
        peer.person = caller.person or ""
    peer.features, peer.network = features, caller.network
    call = peer.call.id if peer.call else None
    deliveries = lobby.socket_back(peer)
    # Said right after the welcome, for what was kept may need it.
    peer.kept[:0] = [delivery.message for delivery in lobby.give_relay(peer)]
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
    )
    return Greeting(peer, welcome, deliveries)


def bye(lobby: Lobby, peer: Peer, message: Bye) -> list[Delivery]:  # noqa: ARG001 - a handler's signature
    return lobby.depart(peer, CallEnd.LEFT)


def hello_again(lobby: Lobby, peer: Peer, message: Hello) -> list[Delivery]:  # noqa: ARG001 - a handler's signature
    raise ProtocolError(ErrorCode.WRONG_STATE, "this socket has said hello before")
