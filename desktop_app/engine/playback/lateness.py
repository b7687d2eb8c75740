"""How late a voice's packets come, how late they are played, and what lies between."""

import heapq
from collections import deque
from itertools import islice

AT_FIRST_S = 0.03
DELAY_MAX_S = 0.12
"""Sound that is held back for longer is worse than a gap."""
KNOWN_AFTER = 75
"""Packets, about a second of them, that show a path; until then AT_FIRST_S is thought to be enough."""
LOOK_BACK = 300
"""Packets, 3 to 6 s of a voice, of which the latest say how long the others are held back."""
STRAGGLERS = 2
"""Of those packets so many may be later still: nobody waits for what hardly ever comes."""
SPARE_S = 0.01
"""What even the latest may wait; the devices on both ends take sound in lumps."""
SPARE_AT_FIRST_S = 0.004
"""The same where a voice begins: it begins with the next lump."""
STEADY = 40
"""Packets, about half a second of them, that show how late a voice is played: lumps make it jump."""
AGAIN_AFTER = 20
"""Packets, about a quarter of a second of them, between two periods left out: one is not heard."""


class Lateness:
    """Says when a voice should begin, what may still come, and what may be left out.

    All times are in seconds on one scale, a clock's time less the timestamp: only differences
    mean anything. Belongs to whoever holds the voice's lock.
    """

    def __init__(self) -> None:
        self._came_s: deque[float] = deque(maxlen=LOOK_BACK)
        self._played_s: deque[float] = deque(maxlen=STEADY)

    def note_arrival(self, late_s: float) -> None:
        """Note how late a packet has come, whether it can still be played or not."""
        self._came_s.append(late_s)

    def note_played(self, late_s: float) -> None:
        self._played_s.append(late_s)

    def forget(self) -> None:
        """Another stream begins, with timestamps of its own."""
        self._came_s.clear()
        self._played_s.clear()

    def change(self) -> None:
        """What is played from now on is later or earlier than what was."""
        self._played_s.clear()

    @property
    def is_steady(self) -> bool:
        return len(self._played_s) == STEADY

    @property
    def delay_s(self) -> float:
        """How long the packets that come first have to be held back, for the latest."""
        return self._enough_s - self._earliest_s

    def begins_after_s(self) -> float:
        """Return how late a voice should begin so that the latest packets are in time."""
        return self._enough_s + SPARE_AT_FIRST_S

    def may_come(self, late_s: float) -> bool:
        """Whether more than STRAGGLERS packets came later than this, and still in time."""
        in_time_s = self._earliest_s + DELAY_MAX_S
        return sum(late_s < came_s <= in_time_s for came_s in self._came_s) > STRAGGLERS

    def spare_s(self, held_s: float) -> float:
        """Return what can be left out because even the latest packets have waited for nothing.

        held_s is what each of them is to wait. Less than SPARE_S is none.
        """
        if not self.is_steady:
            return 0.0
        spare_s = min(self._played_s) - max(self._came_s) - held_s
        return spare_s if spare_s >= SPARE_S else 0.0

    def leave_out(self, gained_s: float) -> None:
        """So much was left out; some time passes until more may be."""
        later = islice(self._played_s, AGAIN_AFTER, None)
        self._played_s = deque((late_s - gained_s for late_s in later), maxlen=STEADY)

    @property
    def _earliest_s(self) -> float:
        """Of the last packets only: a path that has become longer stays so."""
        return min(islice(reversed(self._came_s), KNOWN_AFTER))

    @property
    def _enough_s(self) -> float:
        enough_s = heapq.nlargest(STRAGGLERS + 1, self._came_s)[-1]
        if len(self._came_s) < KNOWN_AFTER:
            enough_s = max(enough_s, self._earliest_s + AT_FIRST_S)
        return min(enough_s, self._earliest_s + DELAY_MAX_S)
