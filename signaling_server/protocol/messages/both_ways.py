"""What either side says to the other."""

from typing import Annotated

from msgspec import Meta

from signaling_server.protocol import limits
from signaling_server.protocol.messages.terms import (
    DescriptionKind,
    Id,
    Message,
    MessageCount,
    Replacement,
    Sdp,
)


class CallDescription(Message, frozen=True, tag="call.description"):
    """A session description for the stranger; relayed while the call lives.

    replacement is 0 for the connection that the call began with, and counts up with each one
    that is to take its place.
    """

    call: Id
    kind: DescriptionKind
    sdp: Sdp
    replacement: Replacement = 0


class CallCandidate(Message, frozen=True, tag="call.candidate"):
    """One ICE candidate for the stranger; an empty one says that there are no more.

    replacement names the connection that it is for, as in call.description.
    """

    call: Id
    candidate: Annotated[str, Meta(max_length=limits.CANDIDATE_MAX_CHARACTERS)]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_mline_index: Annotated[int, Meta(ge=0, le=64)] | None = None
    replacement: Replacement = 0


class Received(Message, frozen=True, tag="session.received"):
    """How many counted messages of this session have come from the other side so far."""

    count: MessageCount
