"""What becomes of received packets: decoded on a thread, passed on, never piled up."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, Protocol

import av
import numpy as np
import numpy.typing as npt
from av.audio.codeccontext import AudioCodecContext

from desktop_app.engine.codec.video_decoders import PictureTooLarge, VideoDecoder

log = logging.getLogger(__name__)

BACKLOG_MAX = 60
"""Encoded frames a decoder may be behind; then it begins again at a key frame."""


class Sink(Protocol):
    """Takes encoded frames on the decoder's thread."""

    def decode(self, codec: str, data: bytes, timestamp: int) -> bool:
        """Decode and pass on; False asks the stranger for a key frame."""


class VideoSink:
    """Decodes pictures and passes each on; a size that is not allowed ends the call."""

    def __init__(
        self, on_picture: Callable[[av.VideoFrame], None], on_hostile: Callable[[], None]
    ) -> None:
        self._on_picture = on_picture
        self._on_hostile = on_hostile
        self._decoder: VideoDecoder | None = None
        self._codec = ""
        self._refused = False

    def decode(self, codec: str, data: bytes, timestamp: int) -> bool:
        if self._refused:
            return True
        if self._decoder is None or codec != self._codec:
            self._decoder, self._codec = VideoDecoder(codec), codec
        try:
            pictures = self._decoder.decode(data, timestamp)
        except PictureTooLarge:
            self._refused = True
            self._on_hostile()
            return True
        except av.FFmpegError:
            return False
        for picture in pictures:
            self._on_picture(picture)
        return True


class SoundSink:
    """Decodes sound and passes it on as mono samples at 48 kHz."""

    def __init__(self, on_samples: Callable[[npt.NDArray[np.int16]], None]) -> None:
        self._on_samples = on_samples
        context = av.CodecContext.create("libopus", "r")
        assert isinstance(context, AudioCodecContext)
        context.format = "s16"
        context.layout = "mono"
        context.sample_rate = 48_000
        self._context = context

    def decode(self, codec: str, data: bytes, timestamp: int) -> bool:  # noqa: ARG002 (of Sink)
        try:
            frames = self._context.decode(av.Packet(data))
        except av.FFmpegError:
            return True
        for frame in frames:
            samples = frame.to_ndarray().reshape(-1)
            channels = len(frame.layout.channels)
            if channels > 1:
                samples = samples.reshape(-1, channels).mean(axis=1)
            self._on_samples(samples.astype(np.int16))
        return True


def decode_until_told(
    loop: asyncio.AbstractEventLoop,  # noqa: ARG001 (of decoder_worker)
    encoded: "queue.Queue[Any]",
    sink: Any,
    key_frame_needed: threading.Event,
) -> None:
    """Stand in for aiortc's decoder_worker: same arguments, but pictures go to a Sink.

    sink lies where aiortc keeps the track's queue (cures.deliver_to); None is put by aiortc
    at the end. What waits is bounded, and the end is seen at once.
    """
    if isinstance(sink, asyncio.Queue):
        log.error("a receiver without a sink")
        return
    while True:
        waiting = [encoded.get()]
        while not encoded.empty():
            waiting.append(encoded.get())
        if None in waiting:
            return
        if len(waiting) > BACKLOG_MAX:
            key_frame_needed.set()
            continue
        for codec, frame in waiting:
            if not sink.decode(codec.name, frame.data, frame.timestamp):
                key_frame_needed.set()
