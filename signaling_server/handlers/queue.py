"""queue.join and queue.leave: wait for a stranger, or stop."""

from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.handlers.relayed import refuse_unrelayable
from signaling_server.protocol.messages import QueueJoin, QueueLeave


def join(lobby: Lobby, peer: Peer, message: QueueJoin) -> list[Delivery]:
    refuse_unrelayable(message.description)
    return lobby.join(peer, message)


def leave(lobby: Lobby, peer: Peer, message: QueueLeave) -> list[Delivery]:  # noqa: ARG001 - a handler's signature
    return lobby.leave(peer)
