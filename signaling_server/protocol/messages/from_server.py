"""What the server says to a client."""

from typing import Annotated

from msgspec import Meta, Struct, field

from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages.both_ways import CallCandidate, CallDescription, Received
from signaling_server.protocol.messages.terms import (
    BanWords,
    CallEnd,
    Count,
    Delay,
    Exchange,
    Id,
    InterestPrefix,
    KeyText,
    Message,
    MessageCount,
    Nonce,
    PoolName,
    Role,
    Sdp,
    SearchNumber,
    UnixTime,
    WorkBits,
)


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

    reason: BanWords
    until: UnixTime | None = None
    appeal: BanWords = ""


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
    features: list[str] = field(default_factory=list)
    ice_servers: list[IceServer] = field(default_factory=list)
    likely_wait_s: Delay | None = None
    pools: list[Pool] = field(default_factory=list)
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
    shared_interests: list[str] = field(default_factory=list)
    shared_languages: list[str] = field(default_factory=list)
    ticket: str = ""


class InterestsSuggested(Message, frozen=True, tag="interests.suggested"):
    """Interests of several people that begin with prefix, those used most first.

    prefix and pool are what was asked for.
    """

    prefix: InterestPrefix
    interests: list[str] = field(default_factory=list)
    pool: PoolName = ""


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
