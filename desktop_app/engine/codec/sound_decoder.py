"""Opus of the stranger."""

import av
import numpy as np
import numpy.typing as npt
from av.audio.codeccontext import AudioCodecContext

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

STEREO = 0x04
"""The bit of a packet's first byte that tells two channels (RFC 6716, section 3.1)."""


class SoundDecoder:
    """Decodes packets in their order to samples at 48 kHz. Belongs to one thread.

    What comes in stereo is samples x 2, what comes in mono is flat.
    """

    def __init__(self) -> None:
        self._stereo = False
        self._context = self._new_context()

    def _new_context(self) -> AudioCodecContext:
        context = av.CodecContext.create("libopus", "r")
        assert isinstance(context, AudioCodecContext)
        context.format = "s16"
        context.layout = "stereo" if self._stereo else "mono"
        context.sample_rate = SAMPLE_RATE
        return context

    def decode(self, data: bytes) -> npt.NDArray[np.int16]:
        """Return the samples of one packet, none at all of a broken one."""
        stereo = bool(data) and bool(data[0] & STEREO)
        if stereo != self._stereo:
            self._stereo = stereo
            self._context = self._new_context()
        try:
            frames = self._context.decode(av.Packet(data))
        except av.FFmpegError:
            frames = []
        shape = (-1, 2) if self._stereo else (-1,)
        decoded = [np.zeros(0, dtype=np.int16).reshape(shape)]
        for frame in frames:
            samples = frame.to_ndarray().reshape(-1)
            channels = len(frame.layout.channels)
            if channels != self._stereo + 1:
                samples = samples.reshape(-1, channels).mean(axis=1)
                samples = np.repeat(samples, self._stereo + 1)
            decoded.append(samples.astype(np.int16).reshape(shape))
        return np.concatenate(decoded)
