"""What a peer that has moved is told later, for what went by its last servers comes first."""

from dataclasses import dataclass, field

from signaling_server.domain.guests import is_too_much
from signaling_server.domain.node_messages import InCall, Untold
from signaling_server.domain.peer import Peer
from signaling_server.protocol.codec import encode_utf8
from signaling_server.protocol.messages import CallEnded, CallId, ServerMessage

SETTLED_WITHIN_S = 1.0
"""What was on its way when a session moved is not waited for any longer."""


@dataclass(slots=True)
class Settling:
    """What a peer is to be told once nothing comes any more by way of its last server.

    call is the one that it was in when it moved.
    """

    due: float
    call: CallId
    untold: Untold = field(default_factory=dict)
    number: int = 0
    size_bytes: int = 0

    def keep(self, peer: Peer, told: ServerMessage, by: int) -> None:
        """Keep a message that came by so many servers, unless a stranger says more than is kept."""
        if not is_too_much(peer, told, self.number, self.size_bytes):
            self.untold.setdefault(by, []).append(told)
            self.number += 1
            self.size_bytes += len(encode_utf8(told))

    def was_said_before_end(self, told: InCall) -> bool:
        """Whether a message of a call that is over belongs before what is kept, its end included."""
        return told.call == self.call and not isinstance(told, CallEnded)
