"""Every setting of the server."""

import ipaddress
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from signaling_server.protocol import limits
from signaling_server.protocol.messages import IceServer, KeyText, Pool

DEFAULT_PORT = 8765
DEFAULT_METRICS_PORT = 9465
PORT_MAX = 65_535
MEMORY = "memory"

SECONDS_MAX = 100 * 366 * 86_400.0
"""As good as for ever, and a number that every clock, calendar and timer takes."""
Seconds = Annotated[float, Meta(gt=0, le=SECONDS_MAX)]
PerSecond = Annotated[float, Meta(ge=1e-6, le=1e12)]
"""Both it and its inverse can be reckoned with."""
COUNT_MAX = 10**12
Count = Annotated[int, Meta(ge=1, le=COUNT_MAX)]

_HOST_NAME = r"^[a-z0-9.:\-]+\Z"
_ORIGIN = r"^(\*|null|[a-z][a-z0-9+.\-]*://[^/\sA-Z]+)\Z"
_TURN_URL = r"^turns?:([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(\?transport=(udp|tcp))?\Z"
_SERVER_URL = r"^wss?://[^/\s]+\Z"
_BACKEND = r"^(memory|(rediss?|unix)://.+)\Z"
FORMS = {
    _HOST_NAME: "a host name in lower case and ASCII, without port and brackets",
    _ORIGIN: "an origin as browsers send it (https://example.org, in lower case, no path), null or *",
    _TURN_URL: "turn:HOST or turns:HOST, with :PORT and ?transport=udp or tcp where needed",
    _SERVER_URL: "wss://HOST or ws://HOST, with :PORT where needed",
    _BACKEND: "memory, redis://HOST, rediss://HOST or unix://PATH",
}
"""What each pattern asks for, for whoever wrote something else."""

HostName = Annotated[str, Meta(pattern=_HOST_NAME)]
"""As in a client's signature."""
Origin = Annotated[str, Meta(pattern=_ORIGIN)]
TurnUrl = Annotated[str, Meta(pattern=_TURN_URL)]


class Turn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A relay: coturn with use-auth-secret, to which clients get time-limited access."""

    urls: Annotated[list[TurnUrl], Meta(min_length=1)]
    """Clients try UDP, then TCP, then TLS (turns:), whatever the order here."""
    secret: Annotated[str, Meta(min_length=1)]
    """coturn's static-auth-secret."""
    ttl_s: Annotated[float, Meta(ge=2, le=SECONDS_MAX)] = 600.0
    """How long access holds; renewed at half of it while a peer searches or is in a call."""


class ProxyHeader(StrEnum):
    """How a proxy in front of the server says whose connection it is."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"
    """RFC 7239."""
    PROXY_PROTOCOL = "proxy-protocol"
    """Version 1 or 2, before any HTTP."""


class Config(Struct, frozen=True, kw_only=True):
    """Every setting of the server, the same names in the file, the environment and here."""

    host: list[str] = []
    """Addresses to listen on; none stands for all of IPv4 and IPv6."""
    port: Annotated[int, Meta(ge=0, le=PORT_MAX)] = DEFAULT_PORT
    """0 takes a free one."""
    tls_cert: str | None = None
    """A PEM file with the certificate chain; TLS is on when it is given."""
    tls_key: str | None = None
    allowed_origins: list[Origin] = []
    """Web pages that may connect from a browser (https://chat.example); "*" stands for all. None by
    default."""
    trusted_proxies: list[str] = []
    """Addresses or ranges of proxies that are believed when they say who a client is."""
    proxy_header: ProxyHeader = ProxyHeader.X_FORWARDED_FOR
    """The one way in which they say it; the others are not believed."""
    host_names: list[HostName] = []
    """Names that clients call this server by: a key that was signed for another one is refused, so
    that another server cannot pass its people's signatures on to this one. Any when empty."""
    metrics_host: str = "127.0.0.1"
    """Where Prometheus finds the figures, at /metrics ..."""
    metrics_port: Annotated[int, Meta(ge=0, le=PORT_MAX)] = DEFAULT_METRICS_PORT
    """... and at which port; 0 takes a free one."""
    secret: Annotated[str, Meta(min_length=32)] | None = None
    """Keys the hashes that people are known by; the same on all servers of one pool. Made and
    kept in state_dir when it is not set."""
    state_dir: str | None = None
    """A folder of the server's own, for the secret and the database."""
    database: str | None = None
    """sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME for reports and bans; a file in
    state_dir when it is not set."""
    moderators_key: KeyText | None = None
    """What clients encrypt evidence to: passerby-server reports make-key."""
    reports_kept_s: Seconds = 90 * 86_400.0
    evidence_kept_s: Seconds = 30 * 86_400.0
    bans_read_every_s: Seconds = 1.0
    """How soon a ban that was made on the command line, or on another server, is enforced."""
    max_connections: Count = 10_000
    unlimited_addresses: list[str] = field(default_factory=lambda: ["127.0.0.0/8", "::1/128"])
    """Addresses or ranges that no limit by address and no work holds for."""
    address_connections: Count = 200
    """Sockets from one address (IPv6: one /64) at a time."""
    address_connects_per_s: PerSecond = 5.0
    address_connects_burst: Count = 100
    address_messages_per_s: PerSecond = 600.0
    address_messages_burst: Count = 6_000
    address_searches_per_s: PerSecond = 80.0
    address_searches_burst: Count = 600
    address_bytes_per_s: PerSecond = 4_194_304.0
    address_bytes_burst: Count = 67_108_864
    address_reports_per_hour: Count = 100
    work_from_connects_per_s: PerSecond = 200.0
    """With more connects than this on the whole server every hello has to bring work."""
    resume_waiting_s: Seconds = 60.0
    """How long a session outlives its socket ..."""
    resume_call_s: Seconds = 90.0
    """... and how long while its peer is in a call."""
    drain_s: Annotated[float, Meta(ge=0, le=SECONDS_MAX)] = 3.0
    """How long the server goes on relaying after it was told to stop, while sockets are open ..."""
    come_back_to: Annotated[str, Meta(pattern=_SERVER_URL, max_length=200)] | None = None
    """... and where it sends their clients: wss://HOST[:PORT] of another server, or by default to
    where they came from."""
    hello_timeout_s: Seconds = limits.HELLO_TIMEOUT_S
    online_interval_s: Seconds = limits.ONLINE_INTERVAL_S
    ping_interval_s: Annotated[float, Meta(ge=0.1, le=SECONDS_MAX)] = limits.PING_INTERVAL_S
    """Who searches, is in a call or has not said hello is pinged after so long a silence ..."""
    idle_ping_interval_s: Seconds = limits.IDLE_PING_INTERVAL_S
    """... and everybody else after this one, rounded up to halves of ping_interval_s and no shorter
    than that."""
    session_connects_per_s: PerSecond = limits.SESSION_CONNECTS_PER_S
    session_connects_burst: Count = limits.SESSION_CONNECTS_BURST
    messages_per_s: PerSecond = limits.MESSAGES_PER_S
    messages_burst: Count = limits.MESSAGES_BURST
    searches_per_s: PerSecond = limits.SEARCHES_PER_S
    searches_burst: Count = limits.SEARCHES_BURST
    bytes_per_s: PerSecond = limits.BYTES_PER_S
    bytes_burst: Annotated[int, Meta(ge=limits.FRAME_MAX_BYTES, le=COUNT_MAX)] = limits.BYTES_BURST
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    json_logs: bool = False
    ice_servers: list[IceServer] = []
    """STUN and TURN servers that clients are told of."""
    turn: Turn | None = None
    backend: Annotated[str, Meta(pattern=_BACKEND)] = MEMORY
    """Where people wait: in this process, or in the Redis at this address, with other servers."""
    workers: Count = 1
    """Server processes on this machine; more than one need a Redis."""
    pools: list[Pool] = []
    """Communities or house rules that keep to themselves; a client that names none is in the first."""
    window_ms: Annotated[float, Meta(ge=0, le=limits.WINDOW_MAX_S * 1_000)] = (
        limits.WINDOW_MAX_S * 1_000
    )
    """Under load, searches that arrive within this time are drawn together; 0 for none."""


def networks(texts: Iterable[str]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Read addresses and ranges, such as 192.0.2.7 or 2001:db8::/32; ValueError for others."""
    return tuple(ipaddress.ip_network(text) for text in texts)
