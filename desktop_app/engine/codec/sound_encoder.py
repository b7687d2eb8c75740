"""Opus for the microphone."""

from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.audio.codeccontext import AudioCodecContext

from desktop_app.engine.codec.packets import EncodedPacket

SAMPLE_RATE = 48_000
SAMPLES_PER_FRAME = 480
"""10 ms: a frame has to be full before it can go."""
LONG_FRAME = 2 * SAMPLES_PER_FRAME
"""A voice is 10 ms later with it, and has half as many headers: 25 kbit/s less."""
BITRATE_BPS = 32_000
MUSIC_BITRATE_BPS = 128_000

LOOKAHEAD_S = 0.0065
"""How much later than it went in a voice comes out of the decoder (RFC 6716, section 2)."""

SAMPLE_CLOCK = Fraction(1, SAMPLE_RATE)


class SoundEncoder:
    """Encodes int16 frames of samples_per_frame samples. Belongs to one thread.

    A voice is mono; music is stereo, samples x 2. begins_at is the first packet's pts.
    """

    def __init__(
        self, *, music: bool = False, long_frames: bool = False, begins_at: int = 0
    ) -> None:
        self.long_frames = long_frames
        self.samples_per_frame = LONG_FRAME if long_frames else SAMPLES_PER_FRAME
        self._layout = "stereo" if music else "mono"
        context = av.CodecContext.create("libopus", "w")
        assert isinstance(context, AudioCodecContext)
        context.bit_rate = MUSIC_BITRATE_BPS if music else BITRATE_BPS
        context.format = "s16"
        context.layout = self._layout
        context.sample_rate = SAMPLE_RATE
        context.time_base = SAMPLE_CLOCK
        context.options = {
            "application": "audio" if music else "voip",
            "frame_duration": str(self.samples_per_frame * 1_000 // SAMPLE_RATE),
            # A steady tone takes twice the bitrate otherwise; a voice rests between its words.
            "vbr": "constrained" if music else "on",
        }
        self._context = context
        self._pts = begins_at

    @property
    def at(self) -> int:
        """The pts of the next packet."""
        return self._pts

    def encode(self, samples: npt.NDArray[np.int16]) -> EncodedPacket | None:
        """Return the packet for one frame; None while the encoder fills its first."""
        frame = av.AudioFrame.from_ndarray(
            samples.reshape(1, -1), format="s16", layout=self._layout
        )
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._pts
        frame.time_base = SAMPLE_CLOCK
        packets = self._context.encode(frame)
        if not packets:
            return None
        packet = packets[0]
        packet.pts = self._pts
        packet.time_base = SAMPLE_CLOCK
        self._pts += self.samples_per_frame
        return packet

    def skip(self) -> None:
        """Let the time of one frame pass without a packet."""
        self._pts += self.samples_per_frame
