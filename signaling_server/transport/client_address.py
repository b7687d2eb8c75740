"""The real network address of a client: its own, or what a configured proxy says of it."""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from multidict import CIMultiDictProxy

from signaling_server.config.model import ProxyHeader
from signaling_server.domain.door import Address, Network, without_mapping

NOWHERE = ipaddress.ip_address("0.0.0.0")
"""Stands for a peer whose address the system does not tell."""
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)


class ProxyTrust:
    """Which peers are proxies, and which header of theirs is believed.

    Only one header is: a proxy that writes one of them passes a client's forgery of the other.
    """

    def __init__(self, proxies: Sequence[Network], header: ProxyHeader) -> None:
        self._proxies = proxies
        self._header = header

    @property
    def reads_preambles(self) -> bool:
        """Whether connections of proxies begin with a PROXY header."""
        return self._header is ProxyHeader.PROXY_PROTOCOL

    def is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)

    def client_behind(self, peer: Address, headers: CIMultiDictProxy[str]) -> Address:
        """Return the client's address: the last one named that is no proxy of ours."""
        client = peer
        for text in self._named(headers):
            if not self.is_proxy(client):
                break
            named = parse_address(text)
            if named is None:
                break
            client = named
        return client

    def _named(self, headers: CIMultiDictProxy[str]) -> Iterator[str]:
        """Yield what the header names, the hop nearest to us first."""
        if self._header is ProxyHeader.X_FORWARDED_FOR:
            yield from reversed(",".join(headers.getall("X-Forwarded-For", ())).split(","))
        elif self._header is ProxyHeader.FORWARDED:
            for hop in reversed(",".join(headers.getall("Forwarded", ())).split(",")):
                found = _FOR.search(hop)
                yield (found[1] or found[2] or "") if found else ""


def parse_address(text: str) -> Address | None:
    """Read an address with or without a port, IPv6 with or without brackets; None otherwise."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return without_mapping(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def peer_address(peername: object) -> Address:
    """Return the address in what a transport calls its peername."""
    if isinstance(peername, tuple) and peername:
        return parse_address(str(peername[0])) or NOWHERE
    return NOWHERE
