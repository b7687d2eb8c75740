"""What goes to the speaker: the stranger's voice and sounds of our own, at a volume."""

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop_app.engine.channels import in_mono, in_stereo, joined
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

Samples = npt.NDArray[np.int16]

MEASURED = SAMPLE_RATE // 2
"""How much of what was played is kept for measuring."""


class Playout:
    """Samples at 48 kHz, flat, or x 2 while a stranger sends stereo. pull belongs to the speaker's thread, the rest to any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._extra: Samples = np.zeros(0, dtype=np.int16)
        self._next_samples: Callable[[int], Samples] | None = None
        self._played: Samples = np.zeros(MEASURED, dtype=np.int16)
        self.volume = 1.0

    def play(self, next_samples: Callable[[int], Samples] | None) -> None:
        """Play a voice from now on, or none.

        next_samples returns the samples that follow; it is told how many are heard before them.
        """
        with self._lock:
            self._next_samples = next_samples
            self._waiting = np.zeros(0, dtype=np.int16)

    def add_sound(self, samples: Samples) -> None:
        """Mix a short sound of our own over whatever is heard; a second one replaces it."""
        with self._lock:
            self._extra = samples

    def pull(self, count: int, ahead: int = 0) -> Samples:
        """Return exactly count samples for the speaker, after volume, where ahead still lie."""
        with self._lock:
            out = np.zeros(count, dtype=np.int32)
            if self._next_samples is not None:
                while len(self._waiting) < count:  # A voice may change to music and back.
                    more = self._next_samples(ahead + len(self._waiting))
                    self._waiting = joined(self._waiting, more)
                out = self._waiting[:count].astype(np.int32)
                self._waiting = self._waiting[count:]
            extra, self._extra = self._extra[:count], self._extra[count:]
            out[: len(extra)] += extra if out.ndim == 1 else in_stereo(extra)
            played: Samples = np.clip(out * self.volume, -32_768, 32_767).astype(np.int16)
            self._played = np.concatenate((self._played, in_mono(played)))[-MEASURED:]
            return played

    def last_played(self) -> Samples:
        """Return the last half second as it was handed to the speaker."""
        with self._lock:
            return self._played
