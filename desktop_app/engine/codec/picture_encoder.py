"""Encodes captured pictures at the size and frame rate that line and machine are good for."""

from collections.abc import Callable

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.video_encoders import RTP_CLOCK, VideoEncoder, create
from desktop_app.engine.rate.rungs import Ladder, Rung, most_bps
from desktop_app.engine.rate.strain import Strain
from desktop_app.engine.vision import load_cv2

FULL_RATE = 0.95
"""A rung of more than this part of the camera's rate takes every picture."""


class PictureEncoder:
    """Belongs to one thread; the clock is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ladder = Ladder()
        self._strain = Strain()
        self._rung = Rung(0, 0, 0.0)
        self._due_at = 0.0
        self._last_pts = -1
        self._encoder: VideoEncoder | None = None
        self._made_for: tuple[str, Rung] | None = None
        self._scaler = VideoReformatter()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is encoded now."""
        return self._rung.width, self._rung.height

    @property
    def is_strained(self) -> bool:
        """Whether the machine is too busy, or pictures are smaller because it was."""
        return self._strain.is_busy or self._ladder.is_strained

    def takes(self, frame: CapturedFrame, fps: float, bitrate_bps: int) -> bool:
        """Whether this picture of a camera with that rate has its turn; none has at 0 bit/s."""
        if not bitrate_bps:
            return False
        now_s = self._clock()
        source = (frame.width, frame.height, fps)
        self._rung = self._ladder.choose(now_s, source, bitrate_bps, self._strain.steps)
        if self._rung.fps > FULL_RATE * fps:
            return True
        if now_s < self._due_at - 0.5 / fps:
            return False
        self._due_at = max(self._due_at + 1 / self._rung.fps, now_s)
        return True

    def encode(
        self, frame: CapturedFrame, codec: str, bitrate_bps: int, key_frame: bool
    ) -> EncodedPacket | None:
        """Encode a picture that takes() let in; None when the encoder left it out."""
        bitrate_bps = min(bitrate_bps, most_bps(self._rung.width, self._rung.height))
        encoder = self._encoder
        if (
            encoder is None
            or self._made_for != (codec, self._rung)
            or not encoder.follows(bitrate_bps)
        ):
            encoder = create(
                codec, self._rung.width, self._rung.height, self._rung.fps, bitrate_bps
            )
            self._encoder, self._made_for = encoder, (codec, self._rung)
        packet = encoder.encode(self._to_i420(frame), key_frame)
        if packet is not None:
            packet.time_base = RTP_CLOCK
        return packet

    def note_strain(self, frame: CapturedFrame) -> None:
        """Take in how long it was from the capture of this picture until now that it is encoded."""
        captured_s = frame.captured_ns / 1e9
        self._strain.note(frame.number, captured_s, self._clock(), self._ladder.strain_max)

    def start_anew(self) -> None:
        """Throw away an encoder that has failed."""
        self._encoder = None

    def _to_i420(self, frame: CapturedFrame) -> av.VideoFrame:
        cv2 = load_cv2()
        # Only then scaled: half as much to read, and OpenCV takes 9 ms for a smaller rung.
        planes = np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
        picture = self._scaler.reformat(
            av.VideoFrame.from_numpy_buffer(planes, format="yuv420p"),
            width=self._rung.width,
            height=self._rung.height,
            interpolation="BILINEAR",
            threads=1,
        )
        # The clock of the wall, not of the frames: a camera's real rate is never the nominal one.
        pts = frame.captured_ns * 9 // 100_000
        self._last_pts = max(pts, self._last_pts + 1)
        picture.pts = self._last_pts
        picture.time_base = RTP_CLOCK
        return picture
