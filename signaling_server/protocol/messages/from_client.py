"""What a client says to the server."""

from typing import Annotated

from msgspec import Meta, field

from signaling_server.protocol import limits, proofs
from signaling_server.protocol.messages.both_ways import CallCandidate, CallDescription, Received
from signaling_server.protocol.messages.terms import (
    Id,
    Interest,
    InterestPrefix,
    KeyText,
    LanguageTag,
    Message,
    MessageCount,
    Mode,
    PoolName,
    ReportReason,
    Scope,
    Sdp,
    SearchNumber,
    SignatureText,
)


class Hello(Message, frozen=True, tag="session.hello"):
    """The first message on a socket.

    key is the public half of a pair that a client makes once and keeps: it gives the client a
    name that lasts and that nobody else can use. signature and work answer session.challenge.
    resume is the token of the session to take up again; when it is unknown, a new session
    begins. received says how many counted messages of that session have come. ticket is that of
    the call the client is in, for a server that knows neither any more.
    """

    versions: Annotated[list[int], Meta(min_length=1, max_length=limits.OFFERED_MAX)]
    features: Annotated[
        list[Annotated[str, Meta(max_length=64)]], Meta(max_length=limits.OFFERED_MAX)
    ] = field(default_factory=list)
    client: Annotated[str, Meta(max_length=limits.CLIENT_NAME_MAX_CHARACTERS)] = ""
    key: KeyText | None = None
    signature: SignatureText | None = None
    work: Annotated[
        list[Annotated[int, Meta(ge=0, lt=2**53)]], Meta(max_length=proofs.WORK_PUZZLES)
    ] = field(default_factory=list)
    resume: Annotated[str, Meta(max_length=128)] | None = None
    received: MessageCount | None = None
    ticket: Annotated[str, Meta(max_length=limits.TICKET_MAX_CHARACTERS)] | None = None


class Bye(Message, frozen=True, tag="session.bye"):
    """The client quits for good: its session ends now and the stranger is told that it left."""


class Search(Message, frozen=True, kw_only=True):
    """What a client looks for; shared by queue.join and call.next.

    search is a number the client chooses; queue.joined and queue.matched repeat it, so that a
    client can tell an answer to an older search from the one it waits for. description is a
    parked offer whose candidates are complete. interests are free words, none of them blank,
    and languages are tags (BCP 47); the server compares them in one spelling. pool is one of
    those in the welcome, empty for the first.
    """

    search: SearchNumber
    mode: Mode
    has_camera: bool = True
    wants_camera: bool = False
    blocked: Annotated[list[Id], Meta(max_length=limits.BLOCKED_MAX)] = field(default_factory=list)
    description: Sdp | None = None
    interests: Annotated[list[Interest], Meta(max_length=limits.INTERESTS_MAX)] = field(
        default_factory=list
    )
    languages: Annotated[list[LanguageTag], Meta(max_length=limits.LANGUAGES_MAX)] = field(
        default_factory=list
    )
    scope: Scope = Scope.PREFER
    pool: PoolName = ""


class QueueJoin(Search, frozen=True, tag="queue.join"):
    """Start to wait for a stranger. A peer that waits already replaces its search."""


class CallNext(Search, frozen=True, tag="call.next"):
    """Leave the call, if there is one, and wait for the next stranger, in one step.

    Taken in every state, so that a press that crosses the end of the call is not lost.
    """


class QueueLeave(Message, frozen=True, tag="queue.leave"):
    """Stop: leave the queue, or the call that the search has led to meanwhile."""


class InterestsSuggest(Message, frozen=True, tag="interests.suggest"):
    """Ask for interests that others use and that begin like this; empty for those used most.

    pool is as in a search: only words of its people are told.
    """

    prefix: InterestPrefix = ""
    pool: PoolName = ""


class CallReport(Message, frozen=True, tag="call.report"):
    """Report the stranger of this call, or of one of the last REPORTABLE_CALLS calls.

    evidence is encrypted to the moderators' key of the welcome (docs/protocol.md), as URL-safe
    base64 without padding.
    """

    call: Id
    reason: ReportReason
    evidence: (
        Annotated[str, Meta(min_length=1, max_length=limits.EVIDENCE_MAX_CHARACTERS)] | None
    ) = None


ClientMessage = (
    Hello
    | Bye
    | QueueJoin
    | QueueLeave
    | CallNext
    | CallReport
    | InterestsSuggest
    | Received
    | CallDescription
    | CallCandidate
)
