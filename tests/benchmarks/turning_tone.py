"""A tone that turns to another pitch at a moment, so that what is heard tells when it was spoken."""

from collections.abc import Iterable

import numpy as np

from tests.sound_pipes import SAMPLE_RATE, Block, Samples

PITCHES_HZ = (440.0, 780.0)
LOUDNESS = 8_000
HEARD = 1_000
"""Least loudness of the tone in what is heard."""
SPAN = SAMPLE_RATE // 50
"""Samples that are listened to at a time, 20 ms."""


class TurningTone:
    """What one person speaks. turn is called from any thread."""

    def __init__(self) -> None:
        self._pitch = 0
        self._phase = 0.0

    @property
    def hz(self) -> float:
        return PITCHES_HZ[self._pitch]

    def turn(self) -> None:
        self._pitch = 1 - self._pitch

    def __call__(self, _position: int, count: int) -> Samples:
        step = 2 * np.pi * self.hz / SAMPLE_RATE
        phases = self._phase + step * np.arange(count)
        self._phase = float((phases[-1] + step) % (2 * np.pi))
        return np.asarray(LOUDNESS * np.sin(phases), dtype=np.int16)


class Listener:
    """Listens for a pitch in what is heard, however a pipe has cut it into blocks."""

    def __init__(self, hz: float) -> None:
        self._hz = hz
        self._rest: Samples = np.zeros(0, dtype=np.int16)

    def first_heard_s(self, blocks: Iterable[Block]) -> float | None:
        """Take the blocks that follow; return when the pitch was first heard (time.monotonic).

        That is the time of the block that completes the first span in which it is loud enough.
        """
        for block in blocks:
            samples = np.concatenate((self._rest, block.samples))
            if loudness(samples, self._hz) >= HEARD:
                return block.at_s
            self._rest = samples[len(samples) // SPAN * SPAN :]
        return None


def loudness(samples: Samples, hz: float) -> float:
    """Return the amplitude of a pitch where it is loudest in whole spans of samples."""
    spans = samples[: len(samples) // SPAN * SPAN].reshape(-1, SPAN)
    turns = np.exp(-2j * np.pi * hz / SAMPLE_RATE * np.arange(SPAN))
    return float(2 * np.abs(spans @ turns).max(initial=0.0) / SPAN)
