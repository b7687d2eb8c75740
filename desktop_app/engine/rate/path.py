"""What packets tell of their path: how long they stand in its queue, how many it loses."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

STANDING_S = 0.15
"""A queue that empties within this time is no standing one: pictures come in bursts."""
SUDDEN_S = 0.05
SUDDEN_PACKETS_MIN = 3
LOSS_S = 1.0
LOSS_PACKETS_MIN = 20
DELIVERED_S = 0.4
PICTURE_S = 0.033
"""Packets that were sent within less belong to one burst."""
KEPT_MAX = 4_000
"""Packets remembered; far more than honest times leave within these moments."""
BASE_S = 10.0
"""The least delay is that of the last one to two times this, so that clocks may drift apart."""


@dataclass(frozen=True)
class Carried:
    """One packet: sent by our clock, arrived by the other side's, None when it was lost.

    size is in bytes, with all headers.
    """

    sent_s: float
    arrived_s: float | None
    size: int


@dataclass(frozen=True)
class Seen:
    """What the quickest packets wait in a queue: standing_s for a while, sudden_s lately.

    bottleneck_bps came through while those did, and offered_bps is what they were sent with;
    delivered_bps is steadier. loss is a share of 1.
    """

    standing_s: float
    sudden_s: float
    loss: float
    delivered_bps: float
    bottleneck_bps: float
    offered_bps: float


NOTHING = Seen(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Watched(Protocol):
    """A path of which something is known."""

    def seen(self) -> Seen: ...

    def accept_delay(self) -> None:
        """The path itself has become longer: take what packets wait now as its own delay."""


class Path:
    """Sums up the packets of the last moments; those of one call to take are in their order."""

    def __init__(self) -> None:
        self._arrived: deque[Carried] = deque(maxlen=KEPT_MAX)
        self._recent: deque[Carried] = deque(maxlen=KEPT_MAX)
        self._delays: deque[tuple[float, float]] = deque(maxlen=KEPT_MAX)
        self._base_s = self._base_before_s = float("inf")
        self._base_since = 0.0

    def take(self, packets: Iterable[Carried]) -> None:
        for packet in packets:
            self._recent.append(packet)
            if packet.arrived_s is not None:
                self._arrived.append(packet)
                self._note_delay(packet.arrived_s, packet.arrived_s - packet.sent_s)
        if self._recent:
            self._forget()

    def seen(self) -> Seen:
        """Return what holds now; nothing at all is known before the first packet."""
        if not self._delays:
            return NOTHING
        newest_s = self._delays[-1][0]
        lately = [delay for at, delay in self._delays if newest_s - at <= SUDDEN_S]
        lost = sum(packet.arrived_s is None for packet in self._recent)
        through = [p for p in self._arrived if newest_s - (p.arrived_s or 0.0) < STANDING_S]
        bits = sum(packet.size for packet in through) * 8
        sent_within_s = max(PICTURE_S, through[-1].sent_s - through[0].sent_s)
        return Seen(
            standing_s=max(0.0, min(delay for _, delay in self._delays) - self._least_s),
            sudden_s=(
                max(0.0, min(lately) - self._least_s) if len(lately) >= SUDDEN_PACKETS_MIN else 0.0
            ),
            loss=lost / len(self._recent) if len(self._recent) >= LOSS_PACKETS_MIN else 0.0,
            delivered_bps=sum(packet.size for packet in self._arrived) * 8 / DELIVERED_S,
            bottleneck_bps=bits / STANDING_S,
            offered_bps=bits / sent_within_s,
        )

    def accept_delay(self) -> None:
        self._base_before_s = self._base_s = min((delay for _, delay in self._delays), default=0.0)

    @property
    def _least_s(self) -> float:
        return min(self._base_s, self._base_before_s)

    def _note_delay(self, arrived_s: float, delay_s: float) -> None:
        if self._base_s == float("inf") or arrived_s - self._base_since > BASE_S:
            self._base_before_s, self._base_s = self._base_s, delay_s
            self._base_since = arrived_s
        self._base_s = min(self._base_s, delay_s)
        self._delays.append((arrived_s, delay_s))

    def _forget(self) -> None:
        while self._recent[-1].sent_s - self._recent[0].sent_s > LOSS_S:
            self._recent.popleft()
        if not self._delays:
            return
        newest_s = self._delays[-1][0]
        while newest_s - self._delays[0][0] > STANDING_S:
            self._delays.popleft()
        while newest_s - (self._arrived[0].arrived_s or 0.0) > DELIVERED_S:
            self._arrived.popleft()


class ReportedPath:
    """A path of which the other side tells loss and round trip alone, about once a second."""

    def __init__(self) -> None:
        self._least_s = float("inf")
        self._round_trip_s = 0.0
        self._seen = NOTHING

    def take(self, loss: float, round_trip_s: float, sent_bps: float) -> None:
        self._round_trip_s = round_trip_s
        self._least_s = min(self._least_s, round_trip_s)
        delivered_bps = sent_bps * (1.0 - loss)
        queue_s = round_trip_s - self._least_s
        self._seen = Seen(queue_s, queue_s, loss, delivered_bps, delivered_bps, sent_bps)

    def seen(self) -> Seen:
        return self._seen

    def accept_delay(self) -> None:
        self._least_s = self._round_trip_s
