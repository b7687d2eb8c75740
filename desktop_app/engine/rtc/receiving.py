"""What becomes of received packets: decoded on a thread, passed on, never piled up."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import av

from desktop_app.engine.codec.video_decoders import PictureTooLarge, VideoDecoder
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc.sender_clock import SenderClock

log = logging.getLogger(__name__)

BACKLOG_MAX = 60
"""Encoded frames a decoder may be behind; then it begins again at a key frame."""


class VideoSink:
    """Decodes pictures on the decoder's thread; a size that is not allowed ends the call."""

    def __init__(
        self,
        on_picture: Callable[[av.VideoFrame], None],
        on_hostile: Callable[[], None],
        sender_clock: SenderClock,
    ) -> None:
        self.sender_clock = sender_clock
        self._on_picture = on_picture
        self._on_hostile = on_hostile
        self._decoder: VideoDecoder | None = None
        self._codec = ""
        self._refused = False

    def decode(self, codec: str, data: bytes, timestamp: int) -> bool:
        """Decode and pass on; False asks the stranger for a key frame."""
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


Sink: TypeAlias = VideoSink | VoiceStream
"""Where the packets of one section go. A voice is decoded only when it is played."""


def decode_until_told(
    loop: asyncio.AbstractEventLoop,  # noqa: ARG001 (of decoder_worker)
    encoded: "queue.Queue[Any]",
    sink: Any,
    key_frame_needed: threading.Event,
) -> None:
    """Stand in for aiortc's decoder_worker: same arguments, but pictures go to a VideoSink.

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
