"""Opus of the stranger."""

import av
import numpy as np
import numpy.typing as npt
from av.audio.codeccontext import AudioCodecContext

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE


class SoundDecoder:
    """Decodes packets in their order to mono samples at 48 kHz. Belongs to one thread."""

    def __init__(self) -> None:
        context = av.CodecContext.create("libopus", "r")
        assert isinstance(context, AudioCodecContext)
        context.format = "s16"
        context.layout = "mono"
        context.sample_rate = SAMPLE_RATE
        self._context = context

    def decode(self, data: bytes) -> npt.NDArray[np.int16]:
        """Return the samples of one packet, none at all of a broken one."""
        try:
            frames = self._context.decode(av.Packet(data))
        except av.FFmpegError:
            frames = []
        decoded = [np.zeros(0, dtype=np.int16)]
        for frame in frames:
            samples = frame.to_ndarray().reshape(-1)
            channels = len(frame.layout.channels)
            if channels > 1:
                samples = samples.reshape(-1, channels).mean(axis=1)
            decoded.append(samples.astype(np.int16))
        return np.concatenate(decoded)
