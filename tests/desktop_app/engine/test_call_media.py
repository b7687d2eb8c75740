"""What a call shows, and what the bitrate that is left for the picture means for the voice."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.shared_memory import SharedMemory

import av
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
from desktop_app.engine.pictures import Offered, PictureFeed
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.playout import Playout

DEADLINE_S = 10.0
LONG_ENOUGH_TO_CLEAR_S = 0.3


class WatchedFeed(PictureFeed):
    """A feed that notes in which order it was filled and cleared."""

    done: list[str]

    def offer(self, picture: Offered, at_s: float = 0.0) -> None:
        super().offer(picture, at_s)
        self.done.append("offered")

    def clear(self) -> None:
        super().clear()
        self.done.append("cleared")


class SlowLips(LipSync):
    """Thinks about when to show a picture until it is told to go on."""

    def __init__(self) -> None:
        super().__init__(time.monotonic)
        self.thinking = threading.Event()
        self.go_on = threading.Event()

    def show_at_s(self, timestamp: int) -> float:
        self.thinking.set()
        self.go_on.wait(DEADLINE_S)
        return super().show_at_s(timestamp)


class Speaker:
    """Says nothing into a call, and sees how long its frames are."""

    def __init__(self, feed: WatchedFeed, line: VideoLine) -> None:
        self.feed = feed
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
            closing(WatchedFeed(messages.Stream.STRANGER, block, lambda message: None)) as feed,
            closing(VideoLine(lambda packet, is_key_frame: None)) as line,
        ):
            feed.done = []
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


@pytest.mark.parametrize(
    "leave",
    [CallMedia.end, lambda media: media.show_stranger(False)],
    ids=["next", "camera off"],
)
def test_a_picture_that_is_just_decoded_does_not_stay(
    speaker: Speaker, leave: Callable[[CallMedia], None]
) -> None:
    media, lips = speaker.media, SlowLips()
    media.video_sink("call", lambda: None, lips)
    assert media.pictures is not None
    frame = av.VideoFrame(64, 48, "yuv420p")
    decoder = threading.Thread(target=media.pictures.source(lips), args=(frame,))
    decoder.start()
    assert lips.thinking.wait(DEADLINE_S)
    loop = threading.Thread(target=leave, args=(media,))
    loop.start()
    loop.join(LONG_ENOUGH_TO_CLEAR_S)
    lips.go_on.set()
    for thread in (decoder, loop):
        thread.join(DEADLINE_S)
    assert speaker.feed.done[-2:] == ["offered", "cleared"]
