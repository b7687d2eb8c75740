"""Stable error codes and close codes; the client chooses the words a person reads."""

from enum import IntEnum, StrEnum


class ErrorCode(StrEnum):
    """What went wrong with a message or a connection."""

    MALFORMED = "malformed"
    """Not a text frame, not UTF-8, not JSON, or a field is missing, of a wrong type or too long."""
    UNKNOWN_TYPE = "unknown_type"
    """The frame is well formed, but this version knows no such message."""
    HELLO_REQUIRED = "hello_required"
    """Something else came before session.hello."""
    HELLO_TIMEOUT = "hello_timeout"
    """No session.hello came in time. The socket is closed."""
    VERSION_UNSUPPORTED = "version_unsupported"
    """No version in common; the text names the versions the server speaks. The socket is closed."""
    WRONG_STATE = "wrong_state"
    """The message does not fit what the peer is doing, a second hello for instance."""
    UNKNOWN_CALL = "unknown_call"
    """The peer is not in that call, or the call has ended."""
    UNKNOWN_POOL = "unknown_pool"
    """A search or a question names a pool that this server does not have."""
    RATE_LIMITED = "rate_limited"
    """Too many messages, searches, bytes or reports; retry_after_s says when the next one is taken."""
    SERVER_FULL = "server_full"
    """No place for another connection; retry_after_s says when to try. The socket is closed."""
    SHUTTING_DOWN = "shutting_down"
    """The server stops; retry_after_s and url say when and where to come back. It goes on relaying
    until it closes the socket, a few seconds later."""
    TOO_MANY_CONNECTIONS = "too_many_connections"
    """Too many sockets from this address or for this session; retry_after_s says when to try. The socket is closed."""
    KEY_REFUSED = "key_refused"
    """The signature does not fit the key, the challenge and this server. The socket is closed."""
    BANNED = "banned"
    """This key or address may not come in; ban says why and until when. The socket is closed."""
    REPORT_FAILED = "report_failed"
    """The report could not be written down; retry_after_s says when to send it again."""
    TAKEN_OVER = "taken_over"
    """The session goes on over a newer socket. The socket is closed."""


class CloseCode(IntEnum):
    """WebSocket close codes: 4000 and up are ours (RFC 6455, section 7.4.2)."""

    NORMAL = 1000
    """After session.bye."""
    GOING_AWAY = 1001
    """The server stops (shutting_down)."""
    PROTOCOL_FAULT = 1002
    """The frames do not keep to RFC 6455, or a message had more than FRAGMENTS_MAX of them."""
    TOO_LARGE = 1009
    """A frame was longer than FRAME_MAX_BYTES."""
    SERVER_FAULT = 1011
    """A fault of the server met one message of this client. The session may be resumed."""
    MALFORMED = 4400
    """Too many malformed frames, or something else came before session.hello."""
    KEY_REFUSED = 4401
    """The signature of the hello is wrong: do not try again with it."""
    BANNED = 4403
    """Banned: do not come back before the end of the ban."""
    HELLO_TIMEOUT = 4408
    """No session.hello came in time."""
    TAKEN_OVER = 4409
    """The session goes on over a newer socket: do not come back with this one's token."""
    VERSION_UNSUPPORTED = 4426
    """No version in common: do not try again before an update."""
    RATE_LIMITED = 4429
    """The client kept sending although it was told rate_limited, or too_many_connections."""
    SERVER_FULL = 4503
    """No place for another connection."""
    SLOW_READER = 4508
    """More than WRITE_BUFFER_MAX_BYTES waited for the client to read. The session may be resumed."""


class ProtocolError(Exception):
    """The other side is refused something; the code goes on the wire, the text into its logs.

    about is the type of the message it was found in, where that is known.
    """

    def __init__(
        self,
        code: ErrorCode,
        text: str,
        about: str | None = None,
        *,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.about = about
        self.retry_after_s = retry_after_s
