"""A connected client as the domain sees it, the call it may be in, and what it is told."""

from collections import deque
from dataclasses import dataclass, field
from typing import NewType

from signaling_server.domain.allowance import Allowance
from signaling_server.domain.criteria import Criteria
from signaling_server.domain.door import Address
from signaling_server.domain.reports import Meeting
from signaling_server.domain.token_bucket import TokenBucket
from signaling_server.domain.widening import Stage
from signaling_server.domain.wishes import Wishes
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    CallId,
    Mode,
    QueueMatched,
    Search,
    ServerMessage,
    SessionId,
)
from signaling_server.protocol.unacknowledged import Unacknowledged
from signaling_server.protocol.versions import Feature

NodeId = NewType("NodeId", str)
"""One server process."""
NO_WISHES = Wishes(pool="", mode=Mode.VIDEO)
NO_CRITERIA = Criteria(NO_WISHES, Stage.NARROW, ())


@dataclass(eq=False, slots=True)
class Peer:
    """One session: it outlives its socket.

    secret stands for the person: derived from the client's identity, or drawn for this session
    when the client has none. Never logged and never sent.
    """

    session: SessionId
    secret: bytes
    features: frozenset[Feature]
    token: str = ""
    """What it comes back with."""
    used_token: str = ""
    """What it came back with last: good until it is heard, for its welcome may be lost."""
    search: Search | None = None
    """What it looks for; None while it does not wait."""
    wait: int = 0
    """Counts its searches, so that one that was proposed elsewhere is known from the next."""
    avoided: set[bytes] = field(default_factory=set)
    """Persons whom other servers need not propose again, for its search blocks them."""
    node: NodeId | None = None
    """The server that has its session; None for this one."""
    is_settling: bool = False
    """It has come from another server: what it is told waits for what is still on its way there."""
    wishes: Wishes = NO_WISHES
    """That search, or the last one, as others are compared with it ..."""
    stage: Stage = Stage.NARROW
    """... how far it has widened ..."""
    criteria: Criteria = NO_CRITERIA
    """... and what it offers and seeks since then."""
    waiting_since: float = 0.0
    call: "Call | None" = None
    match: QueueMatched | None = None
    """What it was told of that call: repeated to a socket that may have missed it."""
    recent: deque[bytes] = field(default_factory=lambda: deque(maxlen=limits.RECENT_PARTNERS))
    """The secrets of its last partners."""
    met: deque[Meeting] = field(default_factory=lambda: deque(maxlen=limits.REPORTABLE_CALLS))
    """Its last calls, the present one included: whom it may report."""
    person: str = ""
    """Persons.of its key, empty without one."""
    network: str = ""
    """The neighbourhood of its address, as a report holds it."""
    address: Address | None = None
    """Where its socket comes from, or came from last; never logged, written down or passed on."""
    said: Allowance | None = None
    """What it may still say: the same over all its sockets."""
    connects: TokenBucket | None = None
    """How many sockets may still take it up again."""
    connected: bool = True
    """False while its socket is away."""
    unheard: Unacknowledged = field(default_factory=Unacknowledged)
    """What it was told and has not acknowledged, or, where it never does, while it was away."""
    taken: int = 0
    """How many counted messages have come from it."""
    acknowledges: bool = False
    """Whether it has named the feature."""
    turn: int = 0
    """Counts waits and absences, so that an alarm set for an earlier one is known as stale."""
    relay_due: float = 0.0
    """When its access is to be renewed, on the lobby's clock; 0 before the first."""


@dataclass(eq=False, slots=True)
class Call:
    """Two peers whose descriptions and candidates are relayed."""

    id: CallId
    peers: tuple[Peer, Peer]
    started: float
    shared_since: float = 0.0
    """When it began to be shared with the other server that it is shared with now, if it is."""
    candidates: list[int] = field(default_factory=lambda: [0, 0])
    """How many candidates each side has had relayed."""

    def stranger_of(self, peer: Peer) -> Peer:
        first, second = self.peers
        return second if peer is first else first


Delivery = tuple[Peer, ServerMessage]
"""A message, and before it the peer that it is for."""
