"""Who may not come in: keys and address ranges, with a reason and an end."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from signaling_server.domain.door import Address, Network


@dataclass(frozen=True, slots=True)
class BanEntry:
    """One ban: of a person (Persons.of) or of a network. Times are unix seconds."""

    id: int
    person: str | None
    network: str | None
    reason: str
    made_at: float
    until: float | None = None
    appeal: str = ""
    report: str | None = None
    """The report that led to it."""
    lifted_at: float | None = None

    def holds(self, now: float) -> bool:
        return self.lifted_at is None and (self.until is None or now < self.until)


class BanList:
    """The bans in force, looked up without a scan over them."""

    def __init__(self, entries: Iterable[BanEntry] = ()) -> None:
        self._by_person: dict[str, list[BanEntry]] = {}
        self._by_network: dict[tuple[int, int], dict[int, list[BanEntry]]] = {}
        """By IP version and prefix length, then by the network's address."""
        for entry in entries:
            if entry.person is not None:
                self._by_person.setdefault(entry.person, []).append(entry)
            if entry.network is not None:
                network: Network = ipaddress.ip_network(entry.network)
                sized = self._by_network.setdefault((network.version, network.prefixlen), {})
                sized.setdefault(int(network.network_address), []).append(entry)

    def find(self, person: str | None, address: Address | None, now: float) -> BanEntry | None:
        """Return the ban that holds longest for this person or address, or None.

        None stands for a person, or an address, that is not known.
        """
        found = list(self._by_person.get(person, ())) if person is not None else []
        for (version, length), networks in self._by_network.items():
            if address is not None and version == address.version:
                host_bits = address.max_prefixlen - length
                found += networks.get(int(address) >> host_bits << host_bits, ())
        holding = [entry for entry in found if entry.holds(now)]
        return max(holding, key=lambda entry: entry.until or float("inf"), default=None)
