"""Decoders of what a stranger sends: the size is looked at before memory is given."""

from collections.abc import Callable

import av
from av.video.codeccontext import VideoCodecContext

from desktop_app.engine.codec.picture_size import h264_size, vp8_size
from desktop_app.engine_messages import PICTURE_MAX_HEIGHT, PICTURE_MAX_WIDTH

MAX_PIXELS = 2048 * 1152
"""FFmpeg's own fence behind ours, with room for the padding to whole macroblocks."""


class PictureTooLarge(Exception):
    """The stream announces pictures beyond PICTURE_MAX_WIDTH x PICTURE_MAX_HEIGHT."""


class VideoDecoder:
    """Decodes one stream of "H264" or "VP8". Belongs to one thread."""

    def __init__(self, codec: str) -> None:
        library, self._announced_size = _LIBRARIES[codec]
        context = av.CodecContext.create(library, "r")
        assert isinstance(context, VideoCodecContext)
        context.thread_count = 1
        context.options = {"max_pixels": str(MAX_PIXELS)}
        self._context = context

    def decode(self, data: bytes, pts: int) -> list[av.VideoFrame]:
        """Return the pictures in data; raise PictureTooLarge or av.FFmpegError."""
        size = self._announced_size(data)
        if size is not None and not is_allowed(*size):
            raise PictureTooLarge(f"{size[0]} x {size[1]}")
        packet = av.Packet(data)
        packet.pts = pts
        frames = self._context.decode(packet)
        for frame in frames:
            if not is_allowed(frame.width, frame.height):
                raise PictureTooLarge(f"{frame.width} x {frame.height}")
        return frames


def is_allowed(width: int, height: int) -> bool:
    """Whether a picture may be shown; upright ones, of telephones, count by their long side."""
    return max(width, height) <= PICTURE_MAX_WIDTH and min(width, height) <= PICTURE_MAX_HEIGHT


# FFmpeg's own VP8 decoder keeps to max_pixels before it allocates; libvpx does not.
_LIBRARIES: dict[str, tuple[str, Callable[[bytes], tuple[int, int] | None]]] = {
    "H264": ("h264", h264_size),
    "VP8": ("vp8", vp8_size),
}
