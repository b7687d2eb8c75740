"""Addresses of servers: reading what a person typed, and which are safe without TLS."""

import asyncio
import ipaddress
import socket
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_PORT = 8765
SOCKET_PATH = "/v1/ws"
HEALTH_PATH = "/healthz"

_SECURE = {"ws": False, "http": False, "wss": True, "https": True}
_UNSEEN = {"Cc", "Cf", "Cs"}
"""Categories of Unicode that show nothing, or turn what follows: control, format, half characters."""


class BadAddress(ValueError):
    """The text is no address of a server."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server listens. path is a prefix for servers behind a proxy, without a slash at the end."""

    host: str
    port: int
    secure: bool
    path: str = ""

    @property
    def url(self) -> str:
        """The normalised address, as settings keep it."""
        return f"{'wss' if self.secure else 'ws'}://{self._authority}{self.path}"

    @property
    def socket_url(self) -> str:
        return self.url + SOCKET_PATH

    @property
    def health_url(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self._authority}{self.path}{HEALTH_PATH}"

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.secure else 80
        return host if self.port == default else f"{host}:{self.port}"


def parse_address(text: str) -> ServerAddress:
    """Read ws://host:port, wss://host, https://host/path, host or host:port, or raise BadAddress.

    Without a scheme a name of this machine is taken as ws:// on the default port, everything
    else as wss://.
    """
    text = text.strip()
    try:
        if "://" not in text:
            text = f"{'ws' if _names_this_machine(text) else 'wss'}://{text}"
            if text.startswith("ws://") and urlsplit(text).port is None:
                text = f"{text.rstrip('/')}:{DEFAULT_PORT}"
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # Refuses what no resolver would take.
    except ValueError as error:
        raise BadAddress(text) from error
    if parts.scheme.lower() not in _SECURE or not host or not all(map(_is_seen, text)):
        raise BadAddress(text)
    if parts.username or parts.query or parts.fragment:
        raise BadAddress(text)
    secure = _SECURE[parts.scheme.lower()]
    path = parts.path.rstrip("/").removesuffix(SOCKET_PATH)
    return ServerAddress(host, port or (443 if secure else 80), secure, path)


async def is_private(host: str) -> bool:
    """Whether every address of the host is on this machine or a private network.

    Raises OSError when the name cannot be resolved.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    return bool(addresses) and all(_stays_home(address) for address in addresses)


def _stays_home(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_loopback or address.is_private or address.is_link_local


def _is_seen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in _UNSEEN


def _names_this_machine(text: str) -> bool:
    host = text.split("/")[0]
    host = host.rsplit(":", 1)[0] if host.count(":") == 1 else host.strip("[]")
    return host.lower() in {"localhost", "127.0.0.1", "::1"}
