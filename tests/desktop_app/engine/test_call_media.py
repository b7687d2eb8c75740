"""What the bitrate that is left for the picture means for the voice."""

from collections.abc import Iterator
from contextlib import closing
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.call_media import (
    LONG_FRAMES_BELOW_BPS,
    SHORT_FRAMES_ABOVE_BPS,
    CallMedia,
)
from desktop_app.engine.capture.microphone import MicrophoneLine
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_encoder import LONG_FRAME, SAMPLES_PER_FRAME
from desktop_app.engine.codec.video_line import VideoLine
from desktop_app.engine.pictures import PictureFeed
from desktop_app.engine.playback.playout import Playout


class Speaker:
    """Says nothing into a call, and sees how long its frames are."""

    def __init__(self, feed: PictureFeed, line: VideoLine) -> None:
        self._packets: list[EncodedPacket] = []
        self._microphone = MicrophoneLine(self._packets.append)
        self._microphone.sending = True
        self.media = CallMedia(feed, Playout(), line, self._microphone, lambda: (True, True))

    def frame_at(self, bitrate_bps: int) -> int:
        """Return the samples of a frame once the picture may take so much."""
        self.media.use_bitrate(bitrate_bps)
        self._microphone.push(np.zeros(LONG_FRAME, dtype=np.int16))
        self._packets.clear()
        self._microphone.push(np.zeros(2 * LONG_FRAME, dtype=np.int16))
        first, second = self._packets[:2]
        return int(second.pts - first.pts)


@pytest.fixture
def speaker() -> Iterator[Speaker]:
    block = SharedMemory(create=True, size=messages.SLOT_BYTES)
    try:
        with (
            closing(PictureFeed(messages.Stream.STRANGER, block, lambda message: None)) as feed,
            closing(VideoLine(lambda packet, is_key_frame: None)) as line,
        ):
            yield Speaker(feed, line)
    finally:
        block.close()
        block.unlink()


def test_a_voice_saves_headers_on_a_narrow_line_and_does_not_waver(speaker: Speaker) -> None:
    between = (LONG_FRAMES_BELOW_BPS + SHORT_FRAMES_ABOVE_BPS) // 2
    assert speaker.frame_at(between) == SAMPLES_PER_FRAME
    assert speaker.frame_at(LONG_FRAMES_BELOW_BPS - 1) == LONG_FRAME
    assert speaker.frame_at(between) == LONG_FRAME
    assert speaker.frame_at(SHORT_FRAMES_ABOVE_BPS + 1) == SAMPLES_PER_FRAME


def test_a_call_after_one_on_a_narrow_line_begins_with_short_frames(speaker: Speaker) -> None:
    assert speaker.frame_at(0) == LONG_FRAME
    speaker.media.end()
    assert speaker.frame_at(LONG_FRAMES_BELOW_BPS) == SAMPLES_PER_FRAME
