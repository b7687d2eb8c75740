"""What is written down of a report, and where the store of reports and bans is reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from signaling_server.domain.bans import BanEntry
from signaling_server.protocol.messages import CallId, ReportReason


class Meeting(Struct, frozen=True, gc=False):
    """A call that a peer was in, and whom it met there."""

    call: CallId
    person: str
    """Of the stranger, empty for one without a key; likewise network."""
    network: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report. Persons are keyed hashes (Persons.of), empty for a peer without a key."""

    id: str
    made_at: float
    """Unix seconds."""
    call: str
    reason: ReportReason
    reporter: str
    reported: str
    network: str
    """The neighbourhood of the reported one's address, so that a range can be banned."""
    evidence: bytes | None = None
    """Encrypted to the moderators' key by the client."""


class StoreFailed(Exception):
    """Reports and bans cannot be read or written now; the text says why, for logs."""


class ModerationStore(Protocol):
    """Keeps reports and bans. StoreFailed from every method when the database cannot be used."""

    async def add_report(self, report: Report) -> None: ...

    async def bans(self, now: float) -> Sequence[BanEntry]:
        """Return the bans that hold at this unix time."""
        ...

    async def ban_state(self) -> object:
        """Return a value that differs once any ban was made, changed or lifted."""
        ...

    def hint(self) -> object:
        """Return at once a value that differs after most changes by others, None without one."""
        ...

    async def delete_older(self, reports_before: float, evidence_before: float) -> int:
        """Delete what was reported before these unix times; returns how much that was."""
        ...
