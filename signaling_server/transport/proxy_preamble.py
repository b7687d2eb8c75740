"""The PROXY protocol, versions 1 and 2: a proxy says whose connection this is before any HTTP.

As in HAProxy's doc/proxy-protocol.txt; nginx and HAProxy send it.
"""

import asyncio
import ipaddress
import struct
from collections.abc import Callable
from typing import cast

from signaling_server.domain.door import Address, without_mapping
from signaling_server.transport.client_address import parse_address, peer_address
from signaling_server.transport.listening import Arriving

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_VERSION_1_MAX_BYTES = 107
_VERSION_2_HEAD_BYTES = 16
_VERSION_2_MAX_BYTES = 4_096
_LOCAL, _PROXY = 0x20, 0x21
_IPV4, _IPV6 = 1, 2


class BadPreamble(ValueError):
    """What came is no PROXY header."""


def read_preamble(data: bytes) -> tuple[Address | None, int] | None:
    """Return the client's address and the header's length; None when more has to come.

    The address is None where the proxy speaks for itself, in a health check. BadPreamble
    otherwise.
    """
    if data.startswith(_SIGNATURE[: len(data)]) and (len(data) <= 12 or data[:12] == _SIGNATURE):
        return _version_2(data)
    if data[:5] == b"PROXY"[: len(data)]:
        return _version_1(data)
    raise BadPreamble("neither version of a PROXY header")


class ProxyPreamble(Arriving):
    """Reads the header of a proxy's connection, then hands it over to the handler behind it.

    A peer that is no proxy is handed over at once. A proxy that says nothing, or something
    else, within within_s is cut off.
    """

    def __init__(
        self,
        handler: Arriving,
        is_proxy: Callable[[Address], bool],
        note_client: Callable[[Address], None],
        within_s: float,
    ) -> None:
        self._handler = handler
        self._is_proxy = is_proxy
        self._note_client = note_client
        self._within_s = within_s
        self._data = b""
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def end_unless_made(self) -> None:
        if self._transport is None:
            self._handler.end_unless_made()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if not self._is_proxy(peer_address(transport.get_extra_info("peername"))):
            self._hand_over(b"")
            return
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(self._within_s, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        self._data += data
        try:
            found = read_preamble(self._data)
        except BadPreamble:
            if self._transport is not None:
                self._transport.abort()
            return
        if found is None:
            return
        client, length = found
        if client is not None:
            self._note_client(client)
        self._hand_over(self._data[length:])

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - a protocol's signature
        if self._deadline is not None:
            self._deadline.cancel()
        self._handler.end_unless_made()

    def _hand_over(self, data: bytes) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        assert self._transport is not None
        self._transport.set_protocol(self._handler)
        self._handler.connection_made(self._transport)
        if data:
            self._handler.data_received(data)


def _version_1(data: bytes) -> tuple[Address | None, int] | None:
    line, end, _ = data.partition(b"\r\n")
    if not end:
        if len(data) > _VERSION_1_MAX_BYTES:
            raise BadPreamble("an endless line")
        return None
    words = line.decode("ascii", "replace").split(" ")
    if words[:2] == ["PROXY", "UNKNOWN"]:
        return None, len(line) + 2
    address = parse_address(words[2]) if len(words) == 6 and words[1] in {"TCP4", "TCP6"} else None
    if address is None:
        raise BadPreamble("no address")
    return address, len(line) + 2


def _version_2(data: bytes) -> tuple[Address | None, int] | None:
    if len(data) < _VERSION_2_HEAD_BYTES:
        return None
    command, family, length = struct.unpack("!BBH", data[12:_VERSION_2_HEAD_BYTES])
    whole = _VERSION_2_HEAD_BYTES + length
    if command not in {_LOCAL, _PROXY} or whole > _VERSION_2_MAX_BYTES:
        raise BadPreamble("not version 2")
    if len(data) < whole:
        return None
    if command == _LOCAL:
        return None, whole
    size = {_IPV4: 4, _IPV6: 16}.get(family >> 4)
    if size is None:
        return None, whole
    if length < size:
        raise BadPreamble("no address")
    source = data[_VERSION_2_HEAD_BYTES : _VERSION_2_HEAD_BYTES + size]
    return without_mapping(ipaddress.ip_address(source)), whole
