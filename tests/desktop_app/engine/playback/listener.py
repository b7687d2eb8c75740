"""A voice in packets, and who listens to it by a clock of its own; time is played, not waited."""

from collections.abc import Callable, Iterable

import numpy as np

from desktop_app.engine.capture.voice import Voice
from desktop_app.engine.codec.sound_encoder import (
    SAMPLE_RATE,
    SAMPLES_PER_FRAME,
    SoundEncoder,
)
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.playback.voice_stream import VoicePacket, VoiceStream

FRAME_S = SAMPLES_PER_FRAME / SAMPLE_RATE
A_SECOND = SAMPLE_RATE // SAMPLES_PER_FRAME
"""Of packets."""
TICK_S = 0.005
BEGINS_S = 0.0013
"""The speaker does not ask when packets come."""
TICK = round(TICK_S * SAMPLE_RATE)
VOICE_HZ = 180.0
FIRST_SEQUENCE = 0xFFF0
FIRST_TIMESTAMP = 0xFFFF_F000

Arrival = tuple[float, VoicePacket]


def packets(seconds: float, fundamental_hz: float = VOICE_HZ) -> list[VoicePacket]:
    """Return a voice in packets whose numbers wrap round soon."""
    encoder, voice = SoundEncoder(), Voice(fundamental_hz)
    made = []
    for index in range(round(seconds / FRAME_S)):
        packet = encoder.encode(voice.next(SAMPLES_PER_FRAME))
        assert packet is not None
        made.append(
            VoicePacket(
                (FIRST_SEQUENCE + index) & 0xFFFF,
                (FIRST_TIMESTAMP + index * SAMPLES_PER_FRAME) & 0xFFFF_FFFF,
                bytes(packet),
            )
        )
    return made


def on_time(made: list[VoicePacket], delay_s: Callable[[], float] = lambda: 0.0) -> list[Arrival]:
    return [(index * FRAME_S + delay_s(), packet) for index, packet in enumerate(made)]


def with_pauses(made: list[VoicePacket], pauses: list[tuple[int, int]]) -> list[Arrival]:
    """Return packets on time, without those of pauses, and numbered as if these did not exist."""
    kept = [
        (index * FRAME_S, packet)
        for index, packet in enumerate(made)
        if not any(begin <= index < end for begin, end in pauses)
    ]
    return [
        (at, VoicePacket((FIRST_SEQUENCE + number) & 0xFFFF, packet.timestamp, packet.data))
        for number, (at, packet) in enumerate(kept)
    ]


class Lips(LipSync):
    """Lets the voice wait for what a test says."""

    late_s = 0.0

    @property
    def voice_waits_s(self) -> float:
        return self.late_s


class Listener:
    """Plays arrivals by a clock of its own."""

    def __init__(self) -> None:
        self.now = BEGINS_S
        self.lips = Lips(lambda: self.now)
        self.stream = VoiceStream(lambda: self.now, self.lips)
        self.playout = Playout()
        self.playout.play(self.stream.next_samples)
        self._coming: list[Arrival] = []

    def listen(self, arrivals: Iterable[Arrival], until_s: float) -> np.ndarray:
        """Return what was heard until then; what arrives later is kept for the next time."""
        coming = self._coming = sorted([*self._coming, *arrivals], key=lambda arrival: arrival[0])
        heard = []
        while self.now < until_s:
            while coming and coming[0][0] <= self.now:
                self.stream.take(coming.pop(0)[1])
            heard.append(self.playout.pull(TICK))
            self.now += TICK_S
        return np.concatenate(heard)

    @property
    def held_s(self) -> float:
        """How long what is played now has waited here, what is in the playout included."""
        stream = self.stream
        assert stream._newest is not None
        return (stream._newest[1] + SAMPLES_PER_FRAME - stream._at) / SAMPLE_RATE


def longest_silence_s(heard: np.ndarray) -> float:
    """Return the longest time, in steps of 5 ms, in which nothing was heard."""
    loud = np.abs(heard[: len(heard) // 240 * 240].reshape(-1, 240)).max(axis=1) > 400
    longest = current = 0
    for heard_now in loud:
        current = 0 if heard_now else current + 1
        longest = max(longest, current)
    return longest * 0.005


def worst_step(heard: np.ndarray) -> int:
    return int(np.abs(np.diff(heard.astype(np.int32))).max())
