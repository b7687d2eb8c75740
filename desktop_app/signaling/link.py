"""The state of the connection to a server."""

from dataclasses import dataclass
from enum import StrEnum

from signaling_server.protocol.messages import Ban

CLOSE_WITHIN_S = 1.0
"""A server that has not answered a close by then is left without its answer."""


class Link(StrEnum):
    """Whether a server can be talked to."""

    NONE = "none"
    """No server has been chosen."""
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"
    """Lost or not reached; tried again at LinkState.retry_at."""
    REFUSED = "refused"
    """The server or the rules of safety say no; tried again when the person acts, and a server
    that one is banned from when LinkState.over_at has come."""


class LinkProblem(StrEnum):
    """Why the link is not online; ui/server_messages.py has a sentence for each."""

    UNREACHABLE = "unreachable"
    PROXY = "proxy"
    """The proxy of the system's settings is not there, or does not let the connection through."""
    LOST = "lost"
    BAD_ADDRESS = "bad_address"
    NO_SUCH_SERVER = "no_such_server"
    """Something answers there, but it is no Passerby server."""
    PLAIN_REFUSED = "plain_refused"
    """An unencrypted address outside this machine or a private network."""
    CERTIFICATE = "certificate"
    VERSION = "version"
    FULL = "full"
    SHUTTING_DOWN = "shutting_down"
    TOO_FAST = "too_fast"
    """Too much has come from this network in too short a time."""
    BANNED = "banned"
    """LinkState.ban says why and until when."""
    KEY_REFUSED = "key_refused"
    """The server takes the signature for wrong, as behind a proxy that changes its name."""
    TAKEN_OVER = "taken_over"
    """The same session was opened from another window."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """Times are time.monotonic() seconds; retry_at is set while WAITING."""

    link: Link = Link.NONE
    problem: LinkProblem | None = None
    retry_at: float | None = None
    ban: Ban | None = None
    """What the server says of it, with LinkProblem.BANNED ..."""
    over_at: float | None = None
    """... and when it is worth asking again; None where the ban has no end."""
