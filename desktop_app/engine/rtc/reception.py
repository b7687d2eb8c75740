"""What a connection has received, by the counts of its receivers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

CLOCKS = {"audio": 48_000, "video": 90_000}
"""Of timestamps, and so of jitter, in Hz."""


@dataclass(frozen=True)
class Reception:
    """Packets of all kinds that came, and that were missing; jitter of the voice first."""

    packets: int = 0
    lost: int = 0
    jitter_ms: float | None = None

    @classmethod
    def of(cls, reports: Iterable[Any]) -> "Reception":
        """Add up aiortc's reports of one connection."""
        packets = lost = 0
        jitter_ms: dict[str, float] = {}
        for report in reports:
            if report.type == "inbound-rtp":
                packets += report.packetsReceived
                lost += report.packetsLost
                # One that is not there any more, or carries repairs alone, says nothing.
                if report.packetsReceived:
                    jitter_ms.setdefault(report.kind, report.jitter * 1_000.0 / CLOCKS[report.kind])
        return cls(packets, lost, jitter_ms.get("audio", jitter_ms.get("video")))
