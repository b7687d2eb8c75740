"""Every setting of the server."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from signaling_server.protocol import limits
from signaling_server.protocol.messages import IceServer, Pool

DEFAULT_PORT = 8765

Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


TurnUrl = Annotated[
    str, Meta(pattern=r"^turns?:[A-Za-z0-9.\-]+(:[0-9]{1,5})?(\?transport=(udp|tcp))?$")
]


class Turn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A relay: coturn with use-auth-secret, to which clients get time-limited access."""

    urls: Annotated[list[TurnUrl], Meta(min_length=1)]
    """Clients try UDP, then TCP, then TLS (turns:), whatever the order here."""
    secret: Annotated[str, Meta(min_length=1)]
    """coturn's static-auth-secret."""
    ttl_s: Annotated[float, Meta(ge=2)] = 600.0
    """How long access holds; renewed at half of it while a peer searches or is in a call."""


class Config(Struct, frozen=True, kw_only=True):
    """Every setting of the server, the same names in the file, the environment and here."""

    host: list[str] = []
    """Addresses to listen on; none stands for all of IPv4 and IPv6."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = DEFAULT_PORT
    """0 takes a free one."""
    tls_cert: str | None = None
    """A PEM file with the certificate chain; TLS is on when it is given."""
    tls_key: str | None = None
    allowed_origins: list[str] = []
    """Web pages that may connect from a browser; "*" stands for all. None by default."""
    max_connections: Count = 10_000
    resume_waiting_s: Seconds = 60.0
    """How long a session outlives its socket ..."""
    resume_call_s: Seconds = 90.0
    """... and how long while its peer is in a call."""
    hello_timeout_s: Seconds = limits.HELLO_TIMEOUT_S
    online_interval_s: Seconds = limits.ONLINE_INTERVAL_S
    ping_interval_s: Seconds = limits.PING_INTERVAL_S
    messages_per_s: Seconds = limits.MESSAGES_PER_S
    messages_burst: Count = limits.MESSAGES_BURST
    searches_per_s: Seconds = limits.SEARCHES_PER_S
    searches_burst: Count = limits.SEARCHES_BURST
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    json_logs: bool = False
    ice_servers: list[IceServer] = []
    """STUN and TURN servers that clients are told of."""
    turn: Turn | None = None
    pools: list[Pool] = []
    """Communities or house rules that keep to themselves; a client that names none is in the first."""
    window_ms: Annotated[float, Meta(ge=0, le=limits.WINDOW_MAX_S * 1_000)] = (
        limits.WINDOW_MAX_S * 1_000
    )
    """Under load, searches that arrive within this time are drawn together; 0 for none."""
