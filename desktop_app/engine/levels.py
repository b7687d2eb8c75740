"""How loud sound is: peaks for the meters, and the strength of single tones."""

import math
import threading
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

FULL_SCALE = 32_768.0
QUIETEST_DBFS = -60.0


class Meter:
    """The peak since the last look. Fed by one thread, read by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._peak = 0

    def add(self, samples: npt.NDArray[np.int16]) -> None:
        if not len(samples):
            return
        peak = max(int(samples.max()), -int(samples.min()))
        with self._lock:
            self._peak = max(self._peak, peak)

    def reset(self) -> None:
        with self._lock:
            self._peak = 0

    def take(self) -> float:
        """Return the peak from 0 to 1 on a scale of -60 to 0 dBFS, and begin anew."""
        with self._lock:
            peak, self._peak = self._peak, 0
        if peak == 0:
            return 0.0
        level = 1.0 - 20.0 * math.log10(peak / FULL_SCALE) / QUIETEST_DBFS
        return max(0.0, min(1.0, level))


def tone_levels(
    samples: npt.NDArray[np.int16], sample_rate: int, frequencies_hz: Iterable[float]
) -> list[float]:
    """Return the amplitude of each frequency in samples, 1 for a sine of full scale.

    Goertzel's filter as one dot product, under a Hann window so that a strong tone does not
    leak into its neighbours.
    """
    count = len(samples)
    if count == 0:
        return [0.0 for _ in frequencies_hz]
    window = np.hanning(count)
    weighted = samples.astype(np.float64) * window
    times = np.arange(count) * (2.0 * math.pi / sample_rate)
    scale = 2.0 / (window.sum() * FULL_SCALE)
    return [float(abs(np.dot(weighted, np.exp(-1j * times * f))) * scale) for f in frequencies_hz]
