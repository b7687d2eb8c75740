"""The test sound."""

import numpy as np
import numpy.typing as npt

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

NOTES_HZ = (659.26, 880.0)
NOTE_S = 0.35
LOUDNESS = 0.35


def chime() -> npt.NDArray[np.int16]:
    """Return two falling-off notes, mono at 48 kHz."""
    times = np.arange(round(NOTE_S * SAMPLE_RATE)) / SAMPLE_RATE
    fade = np.exp(-5.0 * times / NOTE_S) * np.minimum(1.0, times * 200.0)
    notes = [np.sin(2.0 * np.pi * hz * times) * fade for hz in NOTES_HZ]
    return np.asarray(np.concatenate(notes) * LOUDNESS * 32_767, dtype=np.int16)
