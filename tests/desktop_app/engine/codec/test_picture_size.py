"""The announced size, against what real encoders write."""

from fractions import Fraction

import av
import numpy as np
import pytest

from desktop_app.engine.codec.picture_size import (
    begins_key_frame,
    h264_size,
    is_key_frame,
    vp8_size,
)
from desktop_app.engine.codec.video_decoders import PictureTooLarge, VideoDecoder
from desktop_app.engine.codec.video_encoders import RTP_CLOCK, create

SIZES = [(640, 480), (1280, 720), (1920, 1080), (322, 242)]


def encoded(codec: str, width: int, height: int) -> bytes:
    frame = av.VideoFrame.from_ndarray(
        np.full((height * 3 // 2, width), 100, dtype=np.uint8), format="yuv420p"
    )
    frame.pts, frame.time_base = 0, RTP_CLOCK
    packet = create(codec, width, height, 30.0, 1_000_000).encode(frame, key_frame=True)
    assert packet is not None
    return bytes(packet)


@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_a_key_frame_is_read(size: tuple[int, int]) -> None:
    assert h264_size(encoded("H264", *size)) == size
    assert vp8_size(encoded("VP8", *size)) == size


def test_the_size_of_a_high_profile_stream_is_read() -> None:
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = 3840, 2160, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 30), Fraction(30)
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "high"}
    frame = av.VideoFrame(3840, 2160, "yuv420p")
    assert h264_size(bytes(context.encode(frame)[0])) == (3840, 2160)


@pytest.mark.parametrize("data", [b"", b"\x00\x00\x01", b"\x00\x00\x01\x67", b"\x00\x00\x01g\xff"])
def test_broken_data_announces_nothing(data: bytes) -> None:
    assert h264_size(data) is None
    assert vp8_size(data) is None


def test_an_announced_size_without_the_picture_is_refused_before_memory_is_given() -> None:
    data = bytearray(encoded("VP8", 320, 240))
    data[6:10] = b"\xff\x3f\xff\x3f"
    with pytest.raises(PictureTooLarge):
        VideoDecoder("VP8").decode(bytes(data), 0)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_picture_beyond_the_limit_is_refused(codec: str) -> None:
    decoder = VideoDecoder(codec)
    assert decoder.decode(encoded(codec, 1920, 1080), 0)[0].width == 1920
    with pytest.raises(PictureTooLarge):
        decoder.decode(encoded(codec, 2048, 1080), 1)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_key_frame_is_told_from_others(codec: str) -> None:
    encoder = create(codec, 320, 240, 30.0, 1_000_000)
    kinds = []
    for pts in range(3):
        frame = av.VideoFrame(320, 240, "yuv420p")
        frame.pts, frame.time_base = pts * 3_000, RTP_CLOCK
        packet = encoder.encode(frame, key_frame=pts != 1)
        assert packet is not None
        data = bytes(packet)
        assert is_key_frame(codec, data) == begins_key_frame(codec, data[:40])
        kinds.append(is_key_frame(codec, data))
    assert kinds == [True, False, True]
    assert not begins_key_frame(codec, b"")
