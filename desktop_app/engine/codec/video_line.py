"""The line from the camera to the packets: one thread that encodes while somebody may need it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import av
import numpy as np

from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.video_encoders import RTP_CLOCK, VideoEncoder, create
from desktop_app.engine.vision import load_cv2

KEY_FRAME_PAUSE_S = 0.25
"""A stranger who asks for key frames without end does not get more of them than this allows."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Encoded:
    """How many pictures were encoded, and the size of the last one."""

    count: int = 0
    width: int = 0
    height: int = 0


class VideoLine:
    """Encodes the newest captured picture; an encoder left idle costs 118 ms at its next picture.

    on_packet(packet, is_key_frame) is called on the line's thread.
    """

    def __init__(self, on_packet: Callable[[EncodedPacket, bool], None]) -> None:
        self._on_packet = on_packet
        self._changed = threading.Condition()
        self._newest: CapturedFrame | None = None
        self._last: CapturedFrame | None = None
        self._key_frame_wanted = False
        self._key_frame_at = -KEY_FRAME_PAUSE_S
        self._codec = "H264"
        self._fps = 30.0
        self._running = False
        self._closed = False
        self._last_pts = -1
        self._encoder: VideoEncoder | None = None
        self._encoder_key = ("", 0, 0, 0.0)
        self._encoded = Encoded()
        self._thread = threading.Thread(target=self._run, name="video-line", daemon=True)
        self._thread.start()

    def set_running(self, running: bool) -> None:
        """Encode, or rest while no call can come."""
        with self._changed:
            self._running = running

    def set_rate(self, fps: float) -> None:
        with self._changed:
            self._fps = fps

    def use(self, codec: str) -> None:
        """Choose "H264" or "VP8", and begin with a key frame of the newest picture, at once."""
        with self._changed:
            self._codec = codec
            self._key_frame_at = -KEY_FRAME_PAUSE_S
            self._want_key_frame()

    def request_key_frame(self) -> None:
        with self._changed:
            self._want_key_frame()

    def take_encoded(self) -> Encoded:
        """Return what was encoded since the last time, and begin to count anew."""
        with self._changed:
            encoded, self._encoded = self._encoded, Encoded()
        return encoded

    def offer(self, frame: CapturedFrame) -> None:
        """Take the newest picture; from the camera's thread."""
        with self._changed:
            self._newest = frame
            if self._running:
                self._changed.notify()

    def forget(self) -> None:
        """The camera is closed: its last picture must not be sent again."""
        with self._changed:
            self._newest = self._last = None

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=0.5)

    def _want_key_frame(self) -> None:
        self._key_frame_wanted = True
        if self._newest is None and self._key_frame_due():
            self._newest = self._last
        self._changed.notify()

    def _key_frame_due(self) -> bool:
        paused = time.monotonic() - self._key_frame_at >= KEY_FRAME_PAUSE_S
        return self._key_frame_wanted and paused

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or (self._running and self._newest is not None)
                )
                if self._closed or self._newest is None:
                    return
                frame, self._newest, self._last = self._newest, None, self._newest
                key_frame = self._key_frame_due()
                if key_frame:
                    self._key_frame_wanted = False
                    self._key_frame_at = time.monotonic()
                codec, fps = self._codec, self._fps
            try:
                self._encode(frame, codec, fps, key_frame)
            except (av.FFmpegError, ValueError):
                log.exception("a picture of %dx%d was not encoded", frame.width, frame.height)
                self._encoder = None

    def _encode(self, frame: CapturedFrame, codec: str, fps: float, key_frame: bool) -> None:
        encoder = self._encoder_for(frame, codec, fps)
        packet = encoder.encode(self._to_i420(frame), key_frame)
        if packet is not None:
            packet.time_base = RTP_CLOCK
            packet.opaque = frame.captured_ns
            with self._changed:
                self._encoded = Encoded(self._encoded.count + 1, encoder.width, encoder.height)
            self._on_packet(packet, packet.is_keyframe)

    def _encoder_for(self, frame: CapturedFrame, codec: str, fps: float) -> VideoEncoder:
        wanted = (codec, frame.width, frame.height, fps)
        if self._encoder is None or self._encoder_key != wanted:
            self._encoder = create(*wanted)
            self._encoder_key = wanted
        return self._encoder

    def _to_i420(self, frame: CapturedFrame) -> av.VideoFrame:
        cv2 = load_cv2()
        pixels = np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
        picture = av.VideoFrame.from_numpy_buffer(pixels, format="yuv420p")
        # The clock of the wall, not of the frames: a camera's real rate is never the nominal one.
        pts = frame.captured_ns * 9 // 100_000
        self._last_pts = max(pts, self._last_pts + 1)
        picture.pts = self._last_pts
        picture.time_base = RTP_CLOCK
        return picture
