"""Which packets of a transport were sent and which have come, by their transport-wide numbers."""

from itertools import pairwise

from desktop_app.engine.rate.path import Carried
from desktop_app.engine.rtc.transport_feedback import (
    PAUSE_TICKS_MAX,
    REFERENCE_BITS,
    TICK_S,
    TICKS_OF_REFERENCE,
    Feedback,
)

FEEDBACK_EVERY_S = 0.05
APART_MAX = 1_000
"""Numbers further from each other belong to another time."""
SENT_MAX = 4_000
_WRAP = (1 << REFERENCE_BITS) * TICKS_OF_REFERENCE


class ArrivalLog:
    """Notes when packets came, and says so every FEEDBACK_EVERY_S. Times are in seconds."""

    def __init__(self) -> None:
        self._came: dict[int, int] = {}
        self._newest = 0
        self._next: int | None = None
        self._origin_s = 0.0
        self._told_at = 0.0

    def note(self, number: int, now_s: float) -> None:
        """Note a packet by the 16 bits of its number."""
        if self._next is None:
            self._next = self._newest = number
            self._origin_s = self._told_at = now_s
        place = _unwrapped(number, self._newest)
        if abs(place - self._newest) > APART_MAX or place - self._next > APART_MAX:
            self._came.clear()
            self._next = place
        elif place < self._next:
            return
        self._newest = max(place, self._newest) if self._came else place
        self._came.setdefault(place, round((now_s - self._origin_s) / TICK_S))

    def due(self, now_s: float) -> Feedback | None:
        """Return what has not been told, when it is time to.

        What came after a pause that no message can express is left for the next one.
        """
        if not self._came or self._next is None or now_s - self._told_at < FEEDBACK_EVERY_S:
            return None
        self._told_at = now_s
        first, after = self._next, self._last_before_pause() + 1
        arrived = tuple(self._came.pop(place, None) for place in range(first, after))
        self._next = after
        return Feedback(first & 0xFFFF, arrived)

    def _last_before_pause(self) -> int:
        places = sorted(self._came)
        for earlier, later in pairwise(places):
            if abs(self._came[later] - self._came[earlier]) > PAUSE_TICKS_MAX:
                return earlier
        return places[-1]


class SentLog:
    """Notes what was sent, and finds it again in what the other side tells of it."""

    def __init__(self) -> None:
        self._sent: dict[int, tuple[float, int]] = {}
        self._next = 0
        self._ticks: int | None = None

    def add(self, size: int, now_s: float) -> None:
        """Note the packet that next_number was for."""
        self._sent[self._next - 1] = (now_s, size)
        if len(self._sent) > SENT_MAX:
            self._sent.pop(next(iter(self._sent)))

    def next_number(self) -> int:
        """Return the 16 bits that the next packet is to carry."""
        self._next += 1
        return (self._next - 1) & 0xFFFF

    @property
    def waiting_since_s(self) -> float | None:
        """When the first packet that has not been told of was sent; None where there is none."""
        return next(iter(self._sent.values()))[0] if self._sent else None

    def take(self, feedback: Feedback) -> list[Carried]:
        """Return the packets that are told of, in their order, and forget them.

        Those before them are forgotten too: the message that told of them was lost.
        """
        place = _unwrapped(feedback.first, self._next)
        if not 0 < self._next - place <= SENT_MAX:
            return []
        carried = []
        for number, ticks in enumerate(feedback.arrived, start=place):
            sent = self._sent.pop(number, None)
            if sent is not None:
                carried.append(Carried(sent[0], self._time_s(ticks), sent[1]))
        self._forget_before(place)
        return carried

    def _time_s(self, ticks: int | None) -> float | None:
        if ticks is None:
            return None
        if self._ticks is None:
            self._ticks = ticks
        self._ticks += (ticks - self._ticks + _WRAP // 2) % _WRAP - _WRAP // 2
        return self._ticks * TICK_S

    def _forget_before(self, place: int) -> None:
        while self._sent and (oldest := next(iter(self._sent))) < place:
            del self._sent[oldest]


def _unwrapped(number: int, near: int) -> int:
    """Return the number that 16 bits stand for, as near to another one as it can be."""
    return near + ((number - near + 0x8000) & 0xFFFF) - 0x8000
