"""Which handler takes which message."""

from collections.abc import Callable
from typing import Any

from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.handlers import call, interests, queue, session
from signaling_server.protocol.messages import (
    Bye,
    CallCandidate,
    CallDescription,
    CallNext,
    ClientMessage,
    Hello,
    InterestsSuggest,
    QueueJoin,
    QueueLeave,
)

# Any: each handler takes the one message type that it stands beside.
_HANDLERS: dict[type[ClientMessage], Callable[[Lobby, Peer, Any], list[Delivery]]] = {
    Hello: session.hello_again,
    Bye: session.bye,
    QueueJoin: queue.join,
    QueueLeave: queue.leave,
    CallNext: call.next_stranger,
    InterestsSuggest: interests.suggest,
    CallDescription: call.description,
    CallCandidate: call.candidate,
}


def handle(lobby: Lobby, peer: Peer, message: ClientMessage) -> list[Delivery]:
    """Do what a message of a peer asks for; ProtocolError when it does not fit."""
    return _HANDLERS[type(message)](lobby, peer, message)
