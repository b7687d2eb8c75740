"""What the servers of one pool say to each other about a pair, and in a call they share.

The server that has a peer's socket decides about that peer: a proposal is only carried out when
both servers find that their peer still waits with the very search it was proposed for.
"""

from msgspec import Struct

from signaling_server.domain.peer import NodeId
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
    SessionId,
)


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
    """Something for your peer of a call that we share."""

    node: NodeId
    message: CallDescription | CallCandidate | CallAway | CallBack | CallEnded


class Shared(Struct, frozen=True, tag="shared"):
    """Every call that we believe to share with you: what you do not know of is over."""

    node: NodeId
    calls: list[str]


class Returned(Struct, frozen=True, tag="returned"):
    """Somebody came back here with the ticket of a call whose other peer is not here."""

    call: CallId
    side: int
    stranger: Stranger


class Rejoined(Struct, frozen=True, tag="rejoined"):
    """The other peer of that call is here; side is its own."""

    call: CallId
    side: int
    stranger: Stranger
    here: bool
    """Whether it has its socket."""


class Moved(Struct, frozen=True, tag="moved"):
    """Your peer of this call has come back to another server: forget the old one."""

    call: CallId
    side: int


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
    | Alive
    | Searched
)
