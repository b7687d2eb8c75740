"""A stranger's voice from its packets to even sound: order, delay, and what is missing."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.engine.codec.sound_decoder import SoundDecoder
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE, SAMPLES_PER_FRAME
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.waveform import Continuation, shorten

Samples = npt.NDArray[np.int16]

DELAY_AT_FIRST_S = 0.04
DELAY_MIN_S = 0.02
DELAY_MAX_S = 0.12
"""Sound that comes later than this is worse than a gap."""
SPARE_S = 0.01
"""What packets may wait at least; the devices on both ends ask for sound in lumps."""
LOOK_BACK = 150
"""Packets, 3 s of them, that must all have waited longer before the delay is shortened."""
WAIT_AGAIN_AFTER = 25
"""Packets, half a second of them, between two pauses that let the lips catch up."""
STEP = SAMPLES_PER_FRAME // 2
"""What is made up at a time, 10 ms."""
ANEW_AFTER = SAMPLE_RATE * 3 // 10
"""After a silence this long the delay is built up again."""
GAP = SAMPLE_RATE * 60 // 1000
"""More than this at a time is heard as a gap, however well it is made up."""
WAITING_MAX = 64
FAR = 10 * SAMPLE_RATE
"""Timestamps further apart belong to another stream."""


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
    """What was heard, in samples, and packets that came too late to be heard.

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


class VoiceStream:
    """Takes packets on one thread and gives samples on another; nothing ever blocks long.

    What is missing while the next packet is here is lost: it is made up and time goes on. What
    is missing while nothing is here may only be late: it is made up too, but the packet is
    played when it comes, and from then on the delay is longer. When all packets of some time
    have waited longer than needed, single periods of the voice are left out again.
    """

    def __init__(self, clock: Callable[[], float], lips: LipSync | None = None) -> None:
        """clock in seconds; lips is told what is heard when, and may let it wait."""
        self._clock = clock
        self._lips = lips if lips is not None else LipSync(clock)
        self.sender_clock = self._lips.voice
        self._lock = threading.Lock()
        self._waiting: dict[int, _Arrived] = {}
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
        self._waits: deque[float] = deque(maxlen=LOOK_BACK)
        self.delay_s = DELAY_AT_FIRST_S
        """What the packet that arrives latest is held back for, about."""
        self.counts = VoiceCounts()

    def take(self, packet: VoicePacket) -> None:
        """Queue a packet; those that are repeated, late, or too many are dropped.

        So are empty ones, with which a browser tries what the path carries: to the decoder they
        would be the end of the voice.
        """
        if not packet.data:
            return
        with self._lock:
            number, at = self._unwrapped(packet)
            if self._started and number < self._next:
                self.counts.late_packets += not packet.repeated
            elif number not in self._waiting and len(self._waiting) < WAITING_MAX:
                self._waiting[number] = _Arrived(at, packet.data, self._clock())

    def next_samples(self, ahead: int = 0) -> Samples:
        """Return the samples that follow, at least one, real or made up.

        ahead is how many others are heard before them.
        """
        with self._lock:
            packet = self._due()
        if packet is None:
            return self._continuation.make_up(STEP)
        self._lips.note_voice(packet.at, ahead / SAMPLE_RATE)
        samples = self._decoder.decode(packet.data)
        if not len(samples):
            samples = self._continuation.make_up(SAMPLES_PER_FRAME)
            self.counts.concealed += len(samples)
            self._at += len(samples)
            return samples
        self._at += len(samples)
        self.counts.hear(len(samples))
        return self._continuation.follow(self._hurried(samples))

    def _unwrapped(self, packet: VoicePacket) -> tuple[int, int]:
        """Return sequence number and timestamp as they count on; begin anew after a leap."""
        if self._newest is None:
            self._newest = (packet.sequence, packet.timestamp)
        number, at = self._newest
        number += _signed(packet.sequence - number, 16)
        at += _signed(packet.timestamp - at, 32)
        if abs(at - self._newest[1]) > FAR or abs(number - self._newest[0]) > FAR // STEP:
            self._waiting.clear()
            self._started = False
            self._next = 0
            self._newest = (number, at)
        self._newest = max(self._newest, (number, at))
        return number, at

    def _due(self) -> _Arrived | None:
        """Take out the packet that is to be played now; None when something must be made up."""
        self._skip_what_is_too_old()
        if not self._waiting:
            self._stalled += STEP
            if self._stalled >= ANEW_AFTER:
                self._started = False
            return None
        number = min(self._waiting)
        head = self._waiting[number]
        if not self._started and not self._starts_with(number, head):
            self._stalled += STEP
            return None
        if self._may_wait(head):
            return None
        gap = max(0, head.at - self._at)
        lost = number > self._next
        if gap > self._stalled:
            self._pass(min(gap, self._stalled + STEP), lost)
            return None
        self._pass(gap, lost)
        self._note_delay(head)
        self._next, self._at = number + 1, head.at
        return self._waiting.pop(number)

    def _may_wait(self, head: _Arrived) -> bool:
        """Let a little time pass, now and then, while the lips are behind."""
        wait_s = self._clock() - head.time_s
        if wait_s >= self._lips.voice_waits_s or len(self._waits) < WAIT_AGAIN_AFTER:
            return False
        self._stalled += STEP
        self._waits.clear()
        return True

    def _starts_with(self, number: int, head: _Arrived) -> bool:
        """Begin once enough waits, or the first packet has waited long enough."""
        ahead_s = (max(packet.at for packet in self._waiting.values()) - head.at) / SAMPLE_RATE
        held_s = self._clock() - head.time_s
        if max(ahead_s, held_s) < self.delay_s:
            return False
        if number > self._next > 0:
            self.counts.concealed += min(self._stalled, max(0, head.at - self._at))
        self._started = True
        self._next, self._at, self._stalled = number, head.at, 0
        self._waits.clear()
        return True

    def _pass(self, samples: int, lost: bool) -> None:
        """Let time go on over what will not come; a pause of the sender is no loss."""
        self._at += samples
        if lost:
            self.counts.concealed += samples
        self._stalled = max(0, self._stalled - samples)

    def _note_delay(self, head: _Arrived) -> None:
        """Whatever is left of a stall has made the delay longer."""
        self._waits.append(self._clock() - head.time_s)
        if self._stalled:
            self.counts.concealed += self._stalled
            self.delay_s = min(DELAY_MAX_S, self.delay_s + self._stalled / SAMPLE_RATE)
            self._stalled = 0
            self._waits.clear()

    def _hurried(self, samples: Samples) -> Samples:
        """Leave out a period when packets have long waited for nothing."""
        spare_s = max(SPARE_S, self._lips.voice_waits_s + STEP / SAMPLE_RATE)
        if len(self._waits) < LOOK_BACK or min(self._waits) < spare_s:
            return samples
        shorter = shorten(samples)
        gained_s = (len(samples) - len(shorter)) / SAMPLE_RATE
        if gained_s:
            self.delay_s = max(DELAY_MIN_S, self.delay_s - gained_s)
            waits = [wait - gained_s for wait in self._waits]
            # A quarter of a second until the next: one period more or less is not heard.
            self._waits = deque(waits[LOOK_BACK // 12 :], maxlen=LOOK_BACK)
        return shorter

    def _skip_what_is_too_old(self) -> None:
        """Drop what waits beyond the longest delay, when much has come at once."""
        if not self._waiting or not self._started:
            return
        newest = max(packet.at for packet in self._waiting.values())
        if newest - self._at <= DELAY_MAX_S * SAMPLE_RATE:
            return
        from_here = newest - round(self.delay_s * SAMPLE_RATE)
        for number in sorted(self._waiting):
            if self._waiting[number].at >= from_here:
                break
            del self._waiting[number]
            self.counts.late_packets += 1
            self._next = number + 1
        self._at = min(packet.at for packet in self._waiting.values())
        self._stalled = 0


def _signed(difference: int, bits: int) -> int:
    """Read the difference of two numbers that wrap round, as the shorter way between them."""
    half = 1 << (bits - 1)
    return (difference + half) % (1 << bits) - half
