"""What the servers of one pool say to each other: of pairs, shared calls and sessions that move.

The server that has a peer's socket decides about that peer: a proposal is only carried out when
both servers find that their peer still waits with the very search it was proposed for.
"""

from msgspec import Struct

from signaling_server.domain.peer import NodeId
from signaling_server.domain.reports import Meeting
from signaling_server.domain.suggestions import WordUse
from signaling_server.domain.widening import Stage
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnded,
    CallId,
    CallNext,
    QueueJoin,
    QueueMatched,
    ServerMessage,
    SessionId,
)

InCall = CallDescription | CallCandidate | CallAway | CallBack | CallEnded
"""What a peer is told of its call by the server of its stranger."""

Untold = dict[int, list[ServerMessage]]
"""What a peer that has moved has not been told yet, by how many servers it came that the peer had
left: what came by the most of them is the oldest."""


class Place(Struct, frozen=True):
    """A place in the line: one wait of one peer, whose next search has another number."""

    node: NodeId
    session: SessionId
    wait: int


class Guest(Struct, frozen=True, kw_only=True):
    """A peer that waits, as another server has to know it."""

    place: Place
    secret: bytes
    person: str
    network: str
    features: list[str]
    pool: str
    search: QueueJoin | CallNext
    stage: Stage
    waited_s: float
    recent: list[bytes]


class Stranger(Struct, frozen=True):
    """A peer in a call, as the server of the other one has to know it."""

    place: Place
    secret: bytes
    person: str
    network: str


class Offer(Struct, frozen=True, tag="offer"):
    """Our peer for yours, which you are to bring together if yours still waits."""

    guest: Guest
    wanted: Place


class Refused(Struct, frozen=True, tag="refused"):
    """Your peer was not taken. never names the person whom it is not to be offered again."""

    offered: Place
    never: bytes | None = None


class Begun(Struct, frozen=True, tag="begun"):
    """Your peer was taken: the call has begun here, and this is what your peer is to be told."""

    offered: Place
    stranger: Stranger
    match: QueueMatched


class LookAgain(Struct, frozen=True, tag="look_again"):
    """Your peer was proposed to us for nothing: it has to be looked for again."""

    place: Place


class Relayed(Struct, frozen=True, tag="relayed"):
    """Something for your peer of a call that we share; side is your peer's, where it is known."""

    node: NodeId
    message: InCall
    side: int | None = None


class Shared(Struct, frozen=True, tag="shared"):
    """Every call that we believe to share with you: what you do not know of is over."""

    node: NodeId
    calls: list[str]


class Returned(Struct, frozen=True, tag="returned"):
    """The peer on this side of a call is at that server now; its stranger may be at yours."""

    call: CallId
    side: int
    stranger: Stranger
    passed_on: int = 0


class Rejoined(Struct, frozen=True, tag="rejoined"):
    """The other peer of that call is here; side is its own."""

    call: CallId
    side: int
    stranger: Stranger
    here: bool
    """Whether it has its socket."""


class Moved(Struct, frozen=True, tag="moved"):
    """Your peer of this call has come back to another server: forget it, unless it is this session."""

    call: CallId
    side: int
    session: SessionId


class Claim(Struct, frozen=True, tag="claim"):
    """Somebody has come to this server with the resume token of a session that you have.

    person has signed the hello; received is how many counted messages it says to have had.
    passed_on counts the servers that had the session before you.
    """

    node: NodeId
    number: int
    token: str
    person: str
    received: int | None = None
    passed_on: int = 0


class NotHere(Struct, frozen=True, tag="not_here"):
    """Your claim leads to no session."""

    number: int


class HandedCall(Struct, frozen=True):
    """The call of a session that moves; side is that of its peer."""

    id: CallId
    side: int
    match: QueueMatched | None
    stranger: Stranger
    candidates: list[int]
    lasted_s: float


class Handover(Struct, frozen=True, kw_only=True, tag="handover"):
    """Your claim was right: the session is yours from now on, and nothing of it is left here."""

    number: int
    node: NodeId
    token: str
    session: SessionId
    secret: bytes
    person: str
    network: str
    features: list[str]
    acknowledges: bool
    connected: bool
    """Whether an older socket was still there until now."""
    taken: int
    heard: int
    unheard: list[bytes]
    """The frames after those `heard` that were acknowledged."""
    untold: Untold
    """What is to be told after these."""
    wait: int
    search: QueueJoin | CallNext | None
    pool: str | None
    stage: Stage
    waited_s: float
    recent: list[bytes]
    met: list[Meeting]
    call: HandedCall | None


class PassedOn(Struct, frozen=True, tag="passed_on"):
    """What has come to this server for a session that is yours now; None: that was all of it."""

    session: SessionId
    message: ServerMessage | None
    passed_on: int = 0


class Alive(Struct, frozen=True, tag="alive"):
    """This server is there, and has so many people; said to all."""

    node: NodeId
    online: int
    people: dict[str, int]
    """How many by pool."""
    leaving: bool = False


class Searched(Struct, frozen=True, tag="searched"):
    """Interests that people here have searched with lately, by pool; said to all."""

    node: NodeId
    uses: dict[str, list[WordUse]]


NodeMessage = (
    Offer
    | Refused
    | Begun
    | LookAgain
    | Relayed
    | Shared
    | Returned
    | Rejoined
    | Moved
    | Claim
    | NotHere
    | Handover
    | PassedOn
    | Alive
    | Searched
)
