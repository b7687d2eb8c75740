"""The buffer in front of the speaker: short, bounded, silent when empty."""

import threading

import numpy as np
import numpy.typing as npt

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE, SAMPLES_PER_FRAME

Samples = npt.NDArray[np.int16]

START_AT = 2 * SAMPLES_PER_FRAME
"""Play once 40 ms wait: a packet may come that much late."""
DROP_BEYOND = 6 * SAMPLES_PER_FRAME
"""With more than 120 ms waiting, the oldest go: sound that comes late is worse than a gap."""
AIM = 3 * SAMPLES_PER_FRAME
MEASURED = SAMPLE_RATE // 2
"""How much of what was played is kept for measuring."""


class Playout:
    """Mono samples at 48 kHz from the decoder's thread to the speaker's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._extra: Samples = np.zeros(0, dtype=np.int16)
        self._playing = False
        self._played: Samples = np.zeros(MEASURED, dtype=np.int16)
        self.volume = 1.0

    def push(self, samples: Samples) -> None:
        """Queue decoded samples."""
        with self._lock:
            self._waiting = np.concatenate((self._waiting, samples))
            if len(self._waiting) > DROP_BEYOND:
                self._waiting = self._waiting[-AIM:]

    def add_sound(self, samples: Samples) -> None:
        """Mix a short sound of our own over whatever is heard; a second one replaces it."""
        with self._lock:
            self._extra = samples

    def clear(self) -> None:
        """Forget what waits of a call that is over."""
        with self._lock:
            self._waiting = np.zeros(0, dtype=np.int16)
            self._playing = False

    def pull(self, count: int) -> Samples:
        """Return exactly count samples for the speaker, after volume."""
        with self._lock:
            out = np.zeros(count, dtype=np.int32)
            self._playing = self._playing or len(self._waiting) >= START_AT
            if self._playing:
                taken = self._waiting[:count]
                self._waiting = self._waiting[count:]
                out[: len(taken)] = taken
                self._playing = len(taken) == count
            extra, self._extra = self._extra[:count], self._extra[count:]
            out[: len(extra)] += extra
            played: Samples = np.clip(out * self.volume, -32_768, 32_767).astype(np.int16)
            self._played = np.concatenate((self._played, played))[-MEASURED:]
            return played

    def last_played(self) -> Samples:
        """Return the last half second as it was handed to the speaker."""
        with self._lock:
            return self._played
