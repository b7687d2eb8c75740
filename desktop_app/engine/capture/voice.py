"""The generated voice that stands in where there is no microphone."""

import numpy as np
import numpy.typing as npt

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

HARMONICS = (1.0, 0.35, 0.2, 0.1)
LOUDNESS = 0.3
SYLLABLES_HZ = 2.5


class Voice:
    """A tone with overtones that swells like speech, but never falls silent."""

    def __init__(self, fundamental_hz: float) -> None:
        self._fundamental_hz = fundamental_hz
        self._position = 0

    def next(self, count: int) -> npt.NDArray[np.int16]:
        """Return the following count samples, mono at 48 kHz."""
        times = (np.arange(count) + self._position) / SAMPLE_RATE
        self._position += count
        wave = np.zeros(count)
        for order, strength in enumerate(HARMONICS, start=1):
            wave += strength * np.sin(2.0 * np.pi * order * self._fundamental_hz * times)
        swell = 0.75 + 0.25 * np.sin(2.0 * np.pi * SYLLABLES_HZ * times)
        return np.asarray(wave * swell * LOUDNESS / sum(HARMONICS) * 32_767, dtype=np.int16)
