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
    Hello,
    InterestsSuggest,
    Message,
    QueueJoin,
    QueueLeave,
)

# Any: each handler takes the one message type that it stands beside.
HANDLERS: dict[type[Message], Callable[[Lobby, Peer, Any], list[Delivery]]] = {
    Hello: session.hello_again,
    Bye: session.bye,
    QueueJoin: queue.join,
    QueueLeave: queue.leave,
    CallNext: call.next_stranger,
    InterestsSuggest: interests.suggest,
    CallDescription: call.description,
    CallCandidate: Lobby.relay,
}
"""Each does what a message of a peer asks for; ProtocolError when it does not fit."""
