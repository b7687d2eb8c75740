"""Which other servers are there, how many people they have, and which calls are shared with them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from signaling_server.domain.afar import Afar
from signaling_server.domain.node_messages import Alive, NodeMessage, Shared
from signaling_server.domain.peer import Call, Delivery, NodeId, Peer
from signaling_server.protocol.messages import CallAway, CallBack

LEASE_S = 4.0
"""A server that has not been heard for this long is taken as gone."""
KNOWN_AFTER_S = 3.0
"""A call that has been shared for less may not be known on the other side yet."""


@dataclass
class Other:
    """Another server. lost_at is when it fell silent, None while it is heard."""

    heard_at: float
    online: int = 0
    people: dict[str, int] = field(default_factory=dict)
    lost_at: float | None = None


class Others:
    """Follows what the other servers say of themselves; clock gives seconds.

    The people of a server that fell silent are away: their calls end when they do not come
    back within in_call_s.
    """

    def __init__(self, afar: Afar, clock: Callable[[], float], in_call_s: float) -> None:
        self._afar = afar
        self._clock = clock
        self._in_call_s = in_call_s
        self._others: dict[NodeId, Other] = {}

    @property
    def online(self) -> int:
        return sum(other.online for other in self._others.values() if other.lost_at is None)

    @property
    def people(self) -> dict[str, int]:
        """How many people the others have, by pool."""
        total: Counter[str] = Counter()
        for other in self._others.values():
            if other.lost_at is None:
                total.update(other.people)
        return dict(total)

    def hears(self, node: NodeId) -> bool:
        """Whether another server is there."""
        other = self._others.get(node)
        return other is not None and other.lost_at is None

    def hear(self, message: Alive) -> list[Delivery]:
        """Note that another server is there, or that it leaves."""
        if message.node == self._afar.node:
            return []
        if message.leaving:
            return self._lose(message.node)
        other = self._others.setdefault(message.node, Other(self._clock()))
        other.heard_at, other.online, other.people = self._clock(), message.online, message.people
        if other.lost_at is None:
            return []
        other.lost_at = None
        return self._told(message.node, CallBack)

    def compare(self, message: Shared) -> list[Delivery]:
        """End the calls that another server does not know of."""
        known, now = set(message.calls), self._clock()
        return self._afar.end(
            [
                call
                for call in self._afar.calls_with(message.node)
                if call.id not in known and now - call.shared_since > KNOWN_AFTER_S
            ]
        )

    def reports(self) -> list[tuple[NodeId, NodeMessage]]:
        """Return what each other server is to be told of the calls shared with it."""
        return [
            (node, Shared(self._afar.node, [call.id for call in self._afar.calls_with(node)]))
            for node, other in self._others.items()
            if other.lost_at is None
        ]

    def pass_time(self) -> list[Delivery]:
        """Note who has fallen silent, and end the calls of those who were so for too long."""
        now, deliveries = self._clock(), list[Delivery]()
        for node in self._afar.partners() - self._others.keys():
            # A call has come here with a session, and that server has not been heard so far.
            self._others[node] = Other(now)
        for node, other in list(self._others.items()):
            if other.lost_at is None and now - other.heard_at > LEASE_S:
                deliveries += self._lose(node)
            elif other.lost_at is not None and now - other.lost_at > self._in_call_s:
                del self._others[node]
                deliveries += self._afar.end(self._afar.calls_with(node))
        return deliveries

    def hear_nobody(self) -> None:
        """Nothing can be heard at present: silence says nothing."""
        for other in self._others.values():
            other.heard_at = self._clock()

    def _lose(self, node: NodeId) -> list[Delivery]:
        other = self._others.get(node)
        if other is None or other.lost_at is not None:
            return []
        other.lost_at = self._clock()
        return self._told(node, CallAway)

    def _told(self, node: NodeId, news: type[CallAway] | type[CallBack]) -> list[Delivery]:
        return [(_here(call), news(call.id)) for call in self._afar.calls_with(node)]


def _here(call: Call) -> Peer:
    return next(peer for peer in call.peers if peer.node is None)
