"""What another server says of a call before this one knows that a peer of it is there.

The news of a move comes from the server that was left. Where that one could not reach this one at
once, the server that has the session now is heard first.
"""

from dataclasses import dataclass, field

from signaling_server.domain.guests import is_too_much
from signaling_server.domain.node_messages import InCall, Relayed
from signaling_server.domain.peer import Call, NodeId
from signaling_server.protocol.codec import encode_utf8
from signaling_server.protocol.messages import CallId

KEPT_FOR_S = 10.0
"""News that has not come by then will not come."""


@dataclass(slots=True)
class _Kept:
    until: float
    messages: list[Relayed] = field(default_factory=list)
    size_bytes: int = 0


class Early:
    """Keeps such messages, of descriptions no more than a stranger may send. Not thread-safe."""

    def __init__(self) -> None:
        self._kept: dict[tuple[CallId, NodeId], _Kept] = {}

    def keep(self, message: Relayed, call: Call, now: float) -> None:
        """Keep a message for the peer of this server in a call."""
        peer = next(peer for peer in call.peers if peer.node is None)
        kept = self._kept.setdefault((call.id, message.node), _Kept(now + KEPT_FOR_S))
        if not is_too_much(peer, message.message, len(kept.messages), kept.size_bytes):
            kept.messages.append(message)
            kept.size_bytes += len(encode_utf8(message.message))

    def take(self, call: Call, node: NodeId) -> list[Relayed]:
        """Return what that server has said of a call, now that it is known to have a peer of it."""
        kept = self._kept.pop((call.id, node), None)
        return [] if kept is None else kept.messages

    def take_all(self, call: Call) -> list[InCall]:
        """Return what has been said of a call that goes on elsewhere."""
        nodes = [node for call_id, node in self._kept if call_id == call.id]
        return [said.message for node in nodes for said in self.take(call, node)]

    def pass_time(self, now: float) -> None:
        """Forget what nobody has asked for in time."""
        for key, kept in list(self._kept.items()):
            if kept.until <= now:
                del self._kept[key]
