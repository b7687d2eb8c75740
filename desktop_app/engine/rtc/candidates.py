"""A stranger's ICE candidates: which are worth a check."""

import ipaddress

from aiortc import RTCIceCandidate
from aiortc.sdp import candidate_from_sdp

from signaling_server.protocol.limits import CANDIDATE_MAX_CHARACTERS

CANDIDATES_MAX = 50
"""Each is paired with each of ours; nobody has so many addresses that could work."""
MDNS_NAMES_MAX = 8
"""Each costs a question to the local network."""


class Candidates:
    """Takes the candidates of one call, of its description and of those that trickle in."""

    def __init__(self) -> None:
        self._known: set[tuple[str, int]] = set()
        self._names = 0

    def take(self, attribute: str) -> RTCIceCandidate | None:
        """Return the candidate of an SDP attribute, or None when it is of no use."""
        if len(attribute) > CANDIDATE_MAX_CHARACTERS or len(self._known) >= CANDIDATES_MAX:
            return None
        try:
            candidate = candidate_from_sdp(attribute.partition("candidate:")[2] or attribute)
        except (ValueError, AssertionError, IndexError, KeyError):
            return None
        place = (candidate.ip, candidate.port)
        if place in self._known or not self._is_usable(candidate):
            return None
        self._known.add(place)
        return candidate

    def _is_usable(self, candidate: RTCIceCandidate) -> bool:
        if candidate.component != 1 or candidate.protocol.lower() != "udp":
            return False
        if candidate.type not in ("host", "srflx", "prflx", "relay"):
            return False
        if not 0 < candidate.port < 65_536 or not 0 < candidate.priority < 2**32:
            return False
        if candidate.ip.endswith(".local"):
            self._names += 1
            return self._names <= MDNS_NAMES_MAX and len(candidate.ip) < 256
        try:
            address = ipaddress.ip_address(candidate.ip)
        except ValueError:
            return False
        return not (address.is_multicast or address.is_unspecified)
