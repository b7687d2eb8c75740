"""Every message of the wire, as msgspec structs; the tag is the frame's `type`.

Unknown keys are ignored, so a later minor addition does not break an older reader.
docs/protocol.md is generated from the docstrings and fields here.
"""

from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

from signaling_server.protocol import limits, proofs
from signaling_server.protocol.errors import ErrorCode

SessionId = NewType("SessionId", str)
CallId = NewType("CallId", str)
StrangerId = NewType("StrangerId", str)

Id = Annotated[str, Meta(min_length=1, max_length=limits.STRANGER_ID_MAX_CHARACTERS)]
Sdp = Annotated[str, Meta(min_length=1, max_length=limits.DESCRIPTION_MAX_CHARACTERS)]
SearchNumber = Annotated[int, Meta(ge=0, lt=2**53)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
MessageCount = Annotated[int, Meta(ge=0, lt=2**53)]
Delay = Annotated[float, Meta(ge=0, le=limits.DELAY_MAX_S)]
Replacement = Annotated[int, Meta(ge=0, lt=2**31)]
Interest = Annotated[str, Meta(max_length=limits.INTEREST_MAX_CHARACTERS)]
LanguageTag = Annotated[
    str,
    Meta(
        min_length=2,
        max_length=limits.LANGUAGE_TAG_MAX_CHARACTERS,
        pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$",
    ),
]
PoolName = Annotated[str, Meta(max_length=limits.POOL_MAX_CHARACTERS)]
KeyText = Annotated[str, Meta(min_length=43, max_length=43)]
"""32 bytes in URL-safe base64 without padding."""
SignatureText = Annotated[str, Meta(min_length=86, max_length=86)]
"""64 bytes likewise."""
Nonce = Annotated[str, Meta(min_length=16, max_length=64)]
WorkBits = Annotated[int, Meta(ge=0, le=proofs.WORK_BITS_MAX)]


class Mode(StrEnum):
    """What a call carries; people are paired within one mode."""

    VIDEO = "video"
    """Picture, sound and text; a person without a camera may join."""
    VOICE = "voice"
    """Sound and text."""
    TEXT = "text"
    """Text alone."""


class Scope(StrEnum):
    """With whom a search with interests is content."""

    ONLY = "only"
    """With people who share an interest, however long that takes."""
    PREFER = "prefer"
    """With people who share an interest at first, soon with others too."""
    ANYBODY = "anybody"
    """With anybody from the beginning."""


class Role(StrEnum):
    """Who makes the offer. In a paired exchange: who controls ICE and is the DTLS client."""

    OFFERER = "offerer"
    """Makes the offer, or has made it: its parked one is with the stranger already."""
    ANSWERER = "answerer"
    """Answers an offer that comes with the match, or else by call.description."""


class Exchange(StrEnum):
    """How the two descriptions of a call come together."""

    PAIRED = "paired"
    """Each side takes the other's parked offer as the answer to its own."""
    CLASSICAL = "classical"
    """Offer, then answer. A parked offer of the offerer has been handed over already."""


class DescriptionKind(StrEnum):
    """Which half of the exchange a description is."""

    OFFER = "offer"
    ANSWER = "answer"


class CallEnd(StrEnum):
    """Why a call is over, seen from the one who is told."""

    LEFT = "left"
    """The stranger stopped."""
    NEXT = "next"
    """The stranger went on to the next person."""
    LOST = "lost"
    """The stranger's connection broke and did not come back in time."""


class ReportReason(StrEnum):
    """What a stranger is reported for."""

    SEXUAL = "sexual"
    """Nudity or sexual acts that nobody asked for."""
    CHILD = "child"
    """A child is there, or harm to a child is shown or asked for."""
    VIOLENCE = "violence"
    """Violence, threats or self-harm."""
    HATE = "hate"
    """Hatred of a group of people."""
    HARASSMENT = "harassment"
    """Insults, pressure, recording, or making private things known."""
    SPAM = "spam"
    """Advertising, fraud, or a machine in place of a person."""
    OTHER = "other"
    """Something else that breaks the house rules."""


class Message(Struct, frozen=True, forbid_unknown_fields=False, omit_defaults=True, gc=False):
    """What all messages share: immutable, unknown keys ignored, defaults left out.

    The garbage collector passes them by, for texts and numbers make no cycles.
    """


# --- both ways ---------------------------------------------------------------------------


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


# --- client to server --------------------------------------------------------------------


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
    ] = []
    client: Annotated[str, Meta(max_length=limits.CLIENT_NAME_MAX_CHARACTERS)] = ""
    key: KeyText | None = None
    signature: SignatureText | None = None
    work: Annotated[
        list[Annotated[int, Meta(ge=0, lt=2**53)]], Meta(max_length=proofs.WORK_PUZZLES)
    ] = []
    resume: Annotated[str, Meta(max_length=128)] | None = None
    received: MessageCount | None = None
    ticket: Annotated[str, Meta(max_length=limits.TICKET_MAX_CHARACTERS)] | None = None


class Bye(Message, frozen=True, tag="session.bye"):
    """The client quits for good: its session ends now and the stranger is told that it left."""


class Search(Message, frozen=True, kw_only=True):
    """What a client looks for; shared by queue.join and call.next.

    search is a number the client chooses; queue.joined and queue.matched repeat it, so that a
    client can tell an answer to an older search from the one it waits for. description is a
    parked offer whose candidates are complete. interests are free words and languages are tags
    (BCP 47); the server compares them in one spelling. pool is one of those in the welcome,
    empty for the first.
    """

    search: SearchNumber
    mode: Mode
    has_camera: bool = True
    wants_camera: bool = False
    blocked: Annotated[list[Id], Meta(max_length=limits.BLOCKED_MAX)] = []
    description: Sdp | None = None
    interests: Annotated[list[Interest], Meta(max_length=limits.INTERESTS_MAX)] = []
    languages: Annotated[list[LanguageTag], Meta(max_length=limits.LANGUAGES_MAX)] = []
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

    prefix: Interest = ""
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


# --- server to client --------------------------------------------------------------------


class IceServer(Struct, frozen=True, omit_defaults=True):
    """A STUN or TURN server the client may use, as in RTCIceServer of WebRTC 1.0."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class Pool(Struct, frozen=True, omit_defaults=True):
    """People who meet each other and nobody else: a community, or house rules of its own.

    title is what a person reads; rules is a text, or the address of one.
    """

    name: Annotated[str, Meta(min_length=1, max_length=limits.POOL_MAX_CHARACTERS)]
    title: Annotated[str, Meta(max_length=200)] = ""
    rules: Annotated[str, Meta(max_length=2_000)] = ""


class Ban(Struct, frozen=True, omit_defaults=True):
    """Why somebody may not come in, and until when.

    reason is a value of ReportReason, or words of the operator's. until is unix time in
    seconds; absent when no end is set. appeal says where to object.
    """

    reason: str
    until: float | None = None
    appeal: str = ""


class Challenge(Message, frozen=True, tag="session.challenge"):
    """What a hello has to answer: with a signature when it names a key, with work if any is asked.

    Sent at once where the address of the socket asks for it (?challenge=1), otherwise in answer
    to a hello that lacks one of the two, which is then said again.
    """

    nonce: Nonce
    work: WorkBits = 0


class Welcome(Message, frozen=True, tag="session.welcome"):
    """The answer to hello: the version and features that hold from now on.

    resume is the token to come back with after a dropped socket, within resume_within_s.
    resumed says whether the session named in the hello went on; call is then the call it is
    still in. likely_wait_s is about how long people have waited for a stranger lately, null
    when nobody has. pools are those that a search may choose from; none stands for one alone.
    moderators_key is the X25519 key that evidence is encrypted to; without it none is taken.
    received says how many counted messages of the client the session has taken.
    """

    version: int
    session: str
    resume: Annotated[str, Meta(max_length=128)]
    resume_within_s: float
    online: Count
    resumed: bool = False
    call: str | None = None
    features: list[str] = []
    ice_servers: list[IceServer] = []
    likely_wait_s: Delay | None = None
    pools: list[Pool] = []
    moderators_key: KeyText | None = None
    received: MessageCount = 0


class SessionRelay(Message, frozen=True, tag="session.relay"):
    """Access to the server's relay, for a peer that searches or talks and named the feature.

    It replaces what the peer had.
    urls, username and credential are as in RTCIceServer of WebRTC 1.0. New allocations can be
    made for valid_s from now on; those that stand go on.
    """

    urls: list[str]
    username: str
    credential: str
    valid_s: float


class SessionOnline(Message, frozen=True, tag="session.online"):
    """How many people are connected now; sent when that has changed, but not often.

    likely_wait_s is as in session.welcome.
    """

    online: Count
    likely_wait_s: Delay | None = None


class SessionError(Message, frozen=True, tag="session.error"):
    """Something the client sent was refused. about is the type of the refused message.

    ban comes with the code banned. url is where to come back to after shutting_down; absent for
    the same address.
    """

    code: ErrorCode
    text: str
    about: str | None = None
    retry_after_s: Delay | None = None
    ban: Ban | None = None
    url: str | None = None


class QueueJoined(Message, frozen=True, tag="queue.joined"):
    """The client waits now. online counts the people connected, the client included."""

    search: SearchNumber
    online: Count


class QueueLeft(Message, frozen=True, tag="queue.left"):
    """The client neither waits nor is in a call any more."""


class QueueMatched(Message, frozen=True, tag="queue.matched"):
    """A stranger was found and the call has begun.

    stranger is a name for the other person that only this client is given and that lasts: it
    is what a later search lists in blocked. description is the stranger's parked offer:
    in a paired exchange the answer to one's own, in a classical one the offer to answer.
    replaceable says that both have named the feature replacing-connections.
    shared_interests and shared_languages are what both have named, in the server's spelling.
    ticket is for the hello to a server that does not know the call any more.
    Told again after a resumed session.welcome that names the call: a client that is in that
    call already ignores the repetition; it is left out where the feature acknowledged holds.
    """

    search: SearchNumber
    call: Id
    stranger: Id
    role: Role
    exchange: Exchange
    stranger_has_camera: bool
    description: Sdp | None = None
    replaceable: bool = False
    shared_interests: list[str] = []
    shared_languages: list[str] = []
    ticket: str = ""


class InterestsSuggested(Message, frozen=True, tag="interests.suggested"):
    """Interests of several people that begin with prefix, those used most first."""

    prefix: Interest
    interests: list[str] = []


class CallAway(Message, frozen=True, tag="call.away"):
    """The stranger's socket dropped; the call lives on while its media does.

    closed: the socket was closed at the stranger's end, as when its program has ended. When it
    has only fallen silent, the network may be cut there for a while.
    """

    call: str
    closed: bool = False


class CallBack(Message, frozen=True, tag="call.back"):
    """The stranger's socket is back."""

    call: str


class CallEnded(Message, frozen=True, tag="call.ended"):
    """The call is over; the client neither waits nor is in a call any more."""

    call: str
    reason: CallEnd


class CallReported(Message, frozen=True, tag="call.reported"):
    """The report of that call has been written down, under this number."""

    call: Id
    report: Id


ServerMessage = (
    Challenge
    | Welcome
    | SessionRelay
    | SessionOnline
    | SessionError
    | QueueJoined
    | QueueLeft
    | QueueMatched
    | InterestsSuggested
    | CallAway
    | CallBack
    | CallEnded
    | CallReported
    | Received
    | CallDescription
    | CallCandidate
)
