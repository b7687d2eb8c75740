"""What a connection has received, by the counts of its receivers."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiortc import RTCRtpTransceiver

from desktop_app.engine.rtc import cures

CLOCKS = {"audio": 48_000, "video": 90_000}
"""Of timestamps, and so of jitter, in Hz."""


@dataclass(frozen=True)
class Reception:
    """Packets of all kinds that came, and that were missing; jitter of the voice first.

    Repairs are neither: what the path has lost counts, whether it came later or not.
    """

    packets: int = 0
    lost: int = 0
    jitter_ms: float | None = None

    @classmethod
    def of(cls, transceivers: Iterable[RTCRtpTransceiver]) -> "Reception":
        """Add up what was counted for one connection."""
        packets = lost = 0
        jitter_ms: dict[str, float] = {}
        for transceiver in transceivers:
            clock = CLOCKS[transceiver.kind]
            for stream in cures.streams_of(transceiver.receiver).values():
                packets += stream.packets_received
                lost += stream.packets_lost
                jitter_ms[transceiver.kind] = stream.jitter * 1_000.0 / clock
        return cls(packets, lost, jitter_ms.get("audio", jitter_ms.get("video")))
