"""What an address may do and what it has to pay: sockets, messages, and work in a flood."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from signaling_server.domain.allowance import Allowance, Rate, Rates
from signaling_server.domain.token_bucket import TokenBucket
from signaling_server.protocol.proofs import WORK_BITS_MAX

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

REMEMBERED_MAX = 50_000
"""Addresses remembered; the ones without a socket that were seen longest ago go first."""
FORGOTTEN_AFTER_S = 3_600.0
_WORK_BITS_FIRST = 6
"""The least work that is asked at all; less would cost a flood nothing."""
_LOAD_OVER_S = 5.0
_FORGIVEN_OVER_S = 600.0
_IPV6_SITE_BITS = 64
_ARRIVALS_PER_CONNECT = 2
"""So that who connects too often is told by its WebSocket when to come back, and who floods is not
answered."""


@dataclass(frozen=True, slots=True)
class DoorRules:
    """Limits for one address, an IPv6 site (/64) counting as one."""

    sockets: int
    """Open at the same time; as many connections more may be on their way to one."""
    connects: Rate
    said: Rates
    """By all its sockets together."""
    work_from_connects_per_s: float
    """With more connects than this on the whole server everybody works."""
    unlimited: tuple[Network, ...] = ()
    """Addresses none of this holds for."""


@dataclass(slots=True)
class _Visitor:
    connects: TokenBucket
    said: Allowance
    seen_at: float
    arrived: TokenBucket
    sockets: int = 0
    arrivals: int = 0
    """Connections that are no WebSocket yet."""
    faults: float = 0.0
    """Sockets that were closed for a fault, fading over _FORGIVEN_OVER_S."""
    fault_at: float = 0.0


class Door:
    """Keeps the limits of addresses. clock gives seconds that never go back."""

    def __init__(self, rules: DoorRules, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self._visitors: OrderedDict[Address, _Visitor] = OrderedDict()
        self._connects = 0.0
        """All connects, fading over _LOAD_OVER_S."""
        self._connect_at = 0.0

    @property
    def remembered(self) -> int:
        return len(self._visitors)

    def arrive(self, address: Address) -> bool:
        """Count a connection in that may become a socket; False when there are too many.

        One that has been counted in is counted out with has_arrived.
        """
        if self._is_unlimited(address):
            return True
        now = self._clock()
        visitor = self._visitor(address, now)
        if visitor.arrivals >= self._rules.sockets or visitor.arrived.take(now):
            return False
        visitor.arrivals += 1
        return True

    def has_arrived(self, address: Address) -> None:
        """Count a connection out: it is a socket now, or gone."""
        visitor = self._visitors.get(_site(address))
        if visitor is not None and not self._is_unlimited(address):
            visitor.arrivals -= 1

    def enter(self, address: Address) -> float:
        """Count a socket in and return 0, or the seconds after which the address may try again.

        A socket that has been counted in is counted out with leave.
        """
        now = self._clock()
        self._connects = _faded(self._connects, now - self._connect_at, _LOAD_OVER_S) + 1
        self._connect_at = now
        if self._is_unlimited(address):
            return 0.0
        visitor = self._visitor(address, now)
        if visitor.sockets >= self._rules.sockets:
            return 1 / self._rules.connects.per_s
        wait_s = visitor.connects.take(now)
        if not wait_s:
            visitor.sockets += 1
        return wait_s

    def leave(self, address: Address, *, at_fault: bool = False) -> None:
        """Count a socket out; at_fault when it was closed for what it did."""
        visitor = self._visitors.get(_site(address))
        if visitor is None or self._is_unlimited(address):
            return
        visitor.sockets -= 1
        if at_fault:
            now = self._clock()
            faded = _faded(visitor.faults, now - visitor.fault_at, _FORGIVEN_OVER_S)
            visitor.faults, visitor.fault_at = faded + 1, now

    def said_by(self, address: Address) -> Allowance | None:
        """Return what all sockets of an address share; None where no limit holds."""
        if self._is_unlimited(address):
            return None
        return self._visitor(address, self._clock()).said

    def work_for(self, address: Address) -> int:
        """Return the bits of work that a hello from here has to bring, 0 in quiet times.

        Rises with the connects of the whole server, with those of the address, and with the
        sockets of the address that had to be closed for a fault.
        """
        if self._is_unlimited(address):
            return 0
        now = self._clock()
        per_s = _faded(self._connects, now - self._connect_at, _LOAD_OVER_S) / _LOAD_OVER_S
        load = math.log2(max(1.0, per_s / self._rules.work_from_connects_per_s))
        visitor = self._visitor(address, now)
        haste = max(0.0, visitor.connects.emptiness(now) - 0.5) * 8
        faults = _faded(visitor.faults, now - visitor.fault_at, _FORGIVEN_OVER_S)
        pressure = 2 * load + haste + math.log2(1 + faults)
        return min(WORK_BITS_MAX, _WORK_BITS_FIRST + int(pressure)) if pressure >= 1 else 0

    def _is_unlimited(self, address: Address) -> bool:
        return any(address in network for network in self._rules.unlimited)

    def _visitor(self, address: Address, now: float) -> _Visitor:
        site = _site(address)
        visitor = self._visitors.get(site)
        if visitor is None:
            self._forget(now)
            rate, many = self._rules.connects, _ARRIVALS_PER_CONNECT
            visitor = self._visitors[site] = _Visitor(
                TokenBucket(rate.per_s, rate.burst, now),
                Allowance(self._rules.said, now),
                now,
                TokenBucket(many * rate.per_s, many * rate.burst, now),
            )
        visitor.seen_at = now
        self._visitors.move_to_end(site)
        return visitor

    def _forget(self, now: float) -> None:
        """Drop a few of the oldest, so that each new address costs the same."""
        for _ in range(2):
            site, visitor = next(iter(self._visitors.items()), (None, None))
            if site is None or visitor is None:
                return
            full = len(self._visitors) >= REMEMBERED_MAX
            if visitor.sockets or visitor.arrivals:
                self._visitors.move_to_end(site)
            elif full or now - visitor.seen_at > FORGOTTEN_AFTER_S:
                del self._visitors[site]
            else:
                return


def without_mapping(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, or the address itself."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def network_of(address: Address) -> str:
    """Return the neighbourhood of an address, for a report: /24, or /64 for IPv6."""
    if address.version == 4:
        return f"{IPv4Address(int(address) >> 8 << 8)}/24"
    return f"{_site(address)}/{_IPV6_SITE_BITS}"


def _site(address: Address) -> Address:
    if address.version == 4:
        return address
    host_bits = 128 - _IPV6_SITE_BITS
    return IPv6Address(int(address) >> host_bits << host_bits)


def _faded(count: float, after_s: float, over_s: float) -> float:
    return count * math.exp(-after_s / over_s)
