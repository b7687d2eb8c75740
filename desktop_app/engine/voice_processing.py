"""Echo cancellation, noise suppression and automatic gain, as a browser has them."""

import logging
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine_messages import ProcessVoice

log = logging.getLogger(__name__)

Samples = npt.NDArray[np.int16]

BLOCK = SAMPLE_RATE // 100
"""WebRTC's audio processing takes exactly 10 ms at a time."""
BANDS_S = 0.001
ECHO_S = 0.008
NOISE_S = 0.006
"""What splitting into bands and the two filters hold a voice back; measured, for it is not documented."""


class VoiceProcessing:
    """Cleans what a microphone brings of what the speaker plays, of noise and of low volume.

    Belongs to the sound thread. The library is loaded with the first sound of a microphone,
    for that takes 70 ms and 15 MB.
    """

    def __init__(self) -> None:
        self._wanted = ProcessVoice()
        self._module: _Module | None = None
        self._loadable = True
        self._played = _Blocks()
        self._spoken = _Blocks()

    def choose(self, wanted: ProcessVoice) -> None:
        """Switch parts on or off; what was learnt of the room is learnt again."""
        if wanted != self._wanted:
            self._wanted = wanted
            self.reset()

    def reset(self) -> None:
        """Forget the room and what waits, when the microphone changes."""
        self._module = None
        self._played.clear()
        self._spoken.clear()

    def hear(self, samples: Samples) -> None:
        """Take what is handed to the speaker, mono at 48 kHz, before its echo can come back."""
        if self._module is not None and self._wanted.echo_cancellation:
            for block in self._played.take(samples):
                self._module.hear(block)

    def clean(self, samples: Samples) -> Samples:
        """Return samples cleaned, mono at 48 kHz; a rest below 10 ms waits for the next call."""
        if not self._is_ready():
            return samples
        assert self._module is not None
        cleaned = [self._module.clean(block) for block in self._spoken.take(samples)]
        return np.concatenate(cleaned) if cleaned else np.zeros(0, dtype=np.int16)

    @property
    def held_back_s(self) -> float:
        """How much older a voice is that comes out than what goes in at that moment."""
        if self._module is None:
            return 0.0
        echo = ECHO_S if self._wanted.echo_cancellation else 0.0
        noise = NOISE_S if self._wanted.noise_suppression else 0.0
        return BANDS_S + echo + noise

    def _is_ready(self) -> bool:
        """Load what is wanted; False when there is nothing to do or nothing to do it with."""
        wanted = self._wanted
        if not (wanted.echo_cancellation or wanted.noise_suppression or wanted.automatic_gain):
            return False
        if self._module is None and self._loadable:
            try:
                self._module = _Module(wanted)
            except ImportError:
                log.exception("no audio processing can be loaded: voices go out as they are")
                self._loadable = False
        return self._module is not None


class _Blocks:
    """Cuts samples into blocks."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._waiting: Samples = np.zeros(0, dtype=np.int16)

    def take(self, samples: Samples) -> Iterator[bytearray]:
        self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= BLOCK:
            block, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
            yield bytearray(block.tobytes())


class _Module:
    """WebRTC's audio processing module, which the livekit wheel carries; it works in place."""

    def __init__(self, wanted: ProcessVoice) -> None:
        from livekit.rtc import AudioFrame
        from livekit.rtc.apm import AudioProcessingModule

        self._frame = AudioFrame
        self._module = AudioProcessingModule(
            echo_cancellation=wanted.echo_cancellation,
            noise_suppression=wanted.noise_suppression,
            # Rumble below any voice misleads the other three.
            high_pass_filter=True,
            auto_gain_control=wanted.automatic_gain,
        )

    def hear(self, block: bytearray) -> None:
        self._module.process_reverse_stream(self._frame(block, SAMPLE_RATE, 1, BLOCK))

    def clean(self, block: bytearray) -> Samples:
        frame = self._frame(block, SAMPLE_RATE, 1, BLOCK)
        self._module.process_stream(frame)
        return np.frombuffer(frame.data, dtype=np.int16)
