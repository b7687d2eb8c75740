"""A stranger's voice from its packets to even sound: order, delay, and what is missing."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from desktop_app.engine.channels import joined
from desktop_app.engine.codec.sound_decoder import SoundDecoder
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE, SAMPLES_PER_FRAME
from desktop_app.engine.playback.lateness import DELAY_MAX_S, SPARE_S, Lateness
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.waveform import Continuation, shorten

Samples = npt.NDArray[np.int16]

STEP = SAMPLE_RATE // 200
"""What is made up at a time, 5 ms."""
SHORTENED_MAX = 2
"""Packets that are shortened together with the one before them."""
PACKET_MAX = SAMPLE_RATE * 60 // 1000
"""A longer gap for each packet that is missing is a pause of the sender."""
ANEW_AFTER = SAMPLE_RATE * 3 // 10
"""After a silence this long a voice begins anew, whatever it was."""
GAP = SAMPLE_RATE * 60 // 1000
"""More than this at a time is heard as a gap, however well it is made up."""
WAITING_MAX = 128
FAR = 10 * SAMPLE_RATE
FAR_NUMBERS = 1_000
"""Timestamps or numbers further apart belong to another stream."""


@dataclass(frozen=True, slots=True)
class VoicePacket:
    """One packet of Opus. sequence has 16 bits and timestamp, at 48 kHz, has 32."""

    sequence: int
    timestamp: int
    data: bytes
    repeated: bool = False
    """It came in a later packet, in case it was lost."""


@dataclass(slots=True)
class VoiceCounts:
    """What was heard or should have been, in samples, and packets that came too late.

    gaps: how often more than GAP of the voice were made up at a time.
    """

    real: int = 0
    concealed: int = 0
    late_packets: int = 0
    gaps: int = 0
    _concealed_before: int = 0

    @property
    def real_percent(self) -> float:
        """Share of sound that was received or repaired; pauses of the sender do not count."""
        heard = self.real + self.concealed
        return 100.0 * self.real / heard if heard else 100.0

    def hear(self, samples: int) -> None:
        """Count real samples, and what was made up before them."""
        self.gaps += self.concealed - self._concealed_before > GAP
        self._concealed_before = self.concealed
        self.real += samples


@dataclass(frozen=True, slots=True)
class _Arrived:
    at: int
    data: bytes
    time_s: float

    @property
    def late_s(self) -> float:
        """How late it came, on the scale of Lateness."""
        return self.time_s - self.at / SAMPLE_RATE


class VoiceStream:
    """Takes packets on one thread and gives samples on another; nothing ever blocks long.

    What is missing while the next packet is here is lost: it is made up and time goes on. What
    is missing while nothing is here may only be late: it is made up too, but the packet is
    played when it comes, and from then on the delay is longer. A missing packet that was overtaken
    is waited for as long as others have taken. When even the latest packets of
    some time have waited longer than needed, single periods of the voice are left out again.
    After a pause of the sender the voice begins as early as the latest of them lets it.
    """

    def __init__(self, clock: Callable[[], float], lips: LipSync | None = None) -> None:
        """clock in seconds; lips is told what is heard when, and may let it wait."""
        self._clock = clock
        self._lips = lips if lips is not None else LipSync(clock)
        self.sender_clock = self._lips.voice
        self._lock = threading.Lock()
        self._waiting: dict[int, _Arrived] = {}
        self._empty: set[int] = set()
        self._newest: tuple[int, int] | None = None
        self._decoder = SoundDecoder()
        self._continuation = Continuation()
        self._started = False
        self._next = 0
        """Sequence number, unwrapped, of the packet that is to be played; 0 before the first."""
        self._at = 0
        """Timestamp, unwrapped, that is played now."""
        self._stalled = 0
        """Samples made up since then without knowing what they stand for."""
        self._lateness = Lateness()
        self._length = SAMPLES_PER_FRAME
        """Samples in one of the stranger's packets, of which a browser has larger ones."""
        self.counts = VoiceCounts()

    def take(self, packet: VoicePacket) -> None:
        """Queue a packet; those that are repeated, late, or too many are dropped.

        So are empty ones, with which a browser tries what the path carries: to the decoder they
        would be the end of the voice.
        """
        with self._lock:
            number, at = self._unwrapped(packet)
            if not packet.data:
                if len(self._empty) < WAITING_MAX:
                    self._empty.add(number)
                return
            arrived = _Arrived(at, packet.data, self._clock())
            if number < self._next and (self._started or packet.repeated):
                self.counts.late_packets += not packet.repeated
            elif number in self._waiting or len(self._waiting) == WAITING_MAX:
                return
            else:
                self._waiting[number] = arrived
            if number >= self._next or not packet.repeated:
                self._lateness.note_arrival(arrived.late_s)

    def next_samples(self, ahead: int = 0) -> Samples:
        """Return the samples that follow, at least one, real or made up.

        ahead is how many others are heard before them.
        """
        with self._lock:
            due = self._due()
            if isinstance(due, int):
                return self._continuation.make_up(due)
            spare = round(self._lateness.spare_s(self._lips.voice_waits_s) * SAMPLE_RATE)
            packets = self._with_following(due) if spare else [due]
        self._lips.note_voice(due.at, ahead / SAMPLE_RATE)
        decoded = [self._decoder.decode(packet.data) for packet in packets]
        whole = [samples for samples in decoded if len(samples)]
        missing = (len(decoded) - len(whole)) * self._length
        self.counts.concealed += missing
        self._at += missing
        if not whole:
            return self._continuation.make_up(missing)
        self._length = len(whole[-1])
        samples = reduce(joined, whole)
        self._at += len(samples)
        self.counts.hear(len(samples))
        return self._continuation.follow(self._shortened(samples, spare) if spare else samples)

    def _unwrapped(self, packet: VoicePacket) -> tuple[int, int]:
        """Return sequence number and timestamp as they count on; begin anew after a leap."""
        if self._newest is None:
            self._newest = (packet.sequence, packet.timestamp)
        number, at = self._newest
        number += _signed(packet.sequence - number, 16)
        at += _signed(packet.timestamp - at, 32)
        if abs(at - self._newest[1]) > FAR or abs(number - self._newest[0]) > FAR_NUMBERS:
            self._waiting.clear()
            self._empty.clear()
            self._lateness.forget()
            self._started = False
            self._next = 0
            self._newest = (number, at)
        self._newest = max(self._newest, (number, at))
        return number, at

    def _due(self) -> _Arrived | int:
        """Take out the packet that is to be played now, or say how many samples to make up."""
        self._skip_what_is_too_old()
        if not self._waiting:
            if self._stalled >= ANEW_AFTER:
                self._started = False
            return self._stall(STEP)
        number = min(self._waiting)
        head = self._waiting[number]
        gap = head.at - self._at
        if not self._started or gap > self._missing(number) * PACKET_MAX:
            if self._is_early(head):
                return self._stall(STEP)
            self._begin_with(number, head)
        if self._may_wait(head):
            return self._stall(STEP)
        gap, lost = max(0, head.at - self._at), self._missing(number) > 0
        came_s = self._clock() - self._at / SAMPLE_RATE
        if gap and lost and self._lateness.may_come(came_s):
            return self._stall(STEP)
        if gap > self._stalled:
            passing = min(gap - self._stalled, STEP)
            self._pass(self._stalled + passing, lost)
            return passing
        self._pass(gap, lost)
        self._note_played(head)
        self._next, self._at = number + 1, head.at
        self._empty = {empty for empty in self._empty if empty > number}
        return self._waiting.pop(number)

    def _missing(self, number: int) -> int:
        """Return how many packets of sound are missing before this one."""
        return number - self._next - sum(self._next <= empty < number for empty in self._empty)

    def _stall(self, samples: int) -> int:
        self._stalled += samples
        return samples

    def _is_early(self, head: _Arrived) -> bool:
        """Whether to wait, before a voice begins with a packet, for others that may come later."""
        begins_s = self._lateness.begins_after_s()
        return self._late_s(head) < max(begins_s, head.late_s + self._lips.voice_waits_s)

    def _begin_with(self, number: int, head: _Arrived) -> None:
        """Begin anew; time that passed is no loss, but each packet that is missing is one of voice.

        Where the timestamps did not go on, the packets are late; how much is missing of a long
        outage nobody knows.
        """
        if self._next and head.at > self._at:
            self.counts.concealed += max(0, self._missing(number)) * self._length
        elif self._next:
            self.counts.concealed += min(self._stalled, ANEW_AFTER)
        self._started = True
        self._next, self._at, self._stalled = number, head.at, 0
        self._lateness.change()

    def _late_s(self, packet: _Arrived) -> float:
        """Return how late a packet would be played now, on the scale of Lateness."""
        return self._clock() - packet.at / SAMPLE_RATE

    def _may_wait(self, head: _Arrived) -> bool:
        """Let a little time pass, now and then, while the lips are behind."""
        wait_s = self._clock() - head.time_s
        if wait_s >= self._lips.voice_waits_s or not self._lateness.is_steady:
            return False
        self._lateness.change()
        return True

    def _pass(self, samples: int, lost: bool) -> None:
        """Let time go on over what will not come; a pause of the sender is no loss."""
        self._at += samples
        if lost:
            self.counts.concealed += samples
        self._stalled = max(0, self._stalled - samples)

    def _note_played(self, head: _Arrived) -> None:
        """Whatever is left of a stall has made the delay longer."""
        if self._stalled:
            self.counts.concealed += self._stalled
            self._stalled = 0
            self._lateness.change()
        self._lateness.note_played(self._late_s(head))

    def _with_following(self, packet: _Arrived) -> list[_Arrived]:
        """Take out what follows and is here, for two periods of a voice may take 20 ms or more."""
        taken = [packet]
        while len(taken) <= SHORTENED_MAX:
            other = self._waiting.get(self._next)
            if other is None or other.at - taken[-1].at != self._length:
                break
            taken.append(self._waiting.pop(self._next))
            self._next += 1
        return taken

    def _shortened(self, samples: Samples, spare: int) -> Samples:
        """Leave out a period of at most so many samples, where one can be left out."""
        shorter = shorten(samples, spare)
        if len(shorter) < len(samples):
            with self._lock:
                self._lateness.leave_out((len(samples) - len(shorter)) / SAMPLE_RATE)
        return shorter

    def _skip_what_is_too_old(self) -> None:
        """Drop what waits beyond the longest delay, when much has come at once."""
        if not self._waiting:
            return
        places = [packet.at for packet in self._waiting.values()]
        oldest, newest = min(places), max(places)
        begin = max(self._at, oldest) if self._started else oldest
        waits_s = self._lips.voice_waits_s
        if newest - begin <= (DELAY_MAX_S + waits_s) * SAMPLE_RATE:
            return
        held_s = self._lateness.delay_s + max(SPARE_S, waits_s)
        from_here = newest - round(held_s * SAMPLE_RATE)
        old = [number for number, packet in self._waiting.items() if packet.at < from_here]
        if not old:
            return
        for number in old:
            del self._waiting[number]
        number = min(self._waiting)
        head = self._waiting[number]
        if self._next:
            outage = min(self._stalled, ANEW_AFTER) if oldest <= self._at else 0
            self.counts.late_packets += len(old)
            self.counts.concealed += max(0, head.at - begin, outage)
        self._next, self._at, self._stalled = number, head.at, 0
        self._lateness.change()


def _signed(difference: int, bits: int) -> int:
    """Read the difference of two numbers that wrap round, as the shorter way between them."""
    half = 1 << (bits - 1)
    return (difference + half) % (1 << bits) - half
