"""call.next and call.description: go on, and talk to the stranger's engine."""

from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.handlers.relayed import refuse_unrelayable
from signaling_server.protocol.messages import CallDescription, CallNext


def next_stranger(lobby: Lobby, peer: Peer, message: CallNext) -> list[Delivery]:
    refuse_unrelayable(message.description)
    return lobby.next(peer, message)


def description(lobby: Lobby, peer: Peer, message: CallDescription) -> list[Delivery]:
    refuse_unrelayable(message.sdp)
    return lobby.relay(peer, message)
