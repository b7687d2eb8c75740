"""What a call hears and sees of this engine: sinks for what comes, encoders for what goes."""

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import av

from desktop_app.engine.capture.microphone import MicrophoneLine
from desktop_app.engine.codec.video_line import START_BPS, Encoded, VideoLine
from desktop_app.engine.freezes import Freezes
from desktop_app.engine.painting import StrangerPainter
from desktop_app.engine.pictures import PictureFeed, Shown
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc.conversation import Conversation
from desktop_app.engine.rtc.receiving import Sink, VideoSink

SIZE_CHANGES_MAX = 10
SIZE_CHANGES_WITHIN_S = 10.0
LONG_FRAMES_BELOW_BPS = 200_000
SHORT_FRAMES_ABOVE_BPS = 300_000
"""Of what is left for the picture: a line that is so narrow is not filled with headers of the voice."""


class SizeChanges:
    """Counts how often pictures change their size; each change costs new buffers everywhere."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._size: tuple[int, int] | None = None
        self._changed_at: deque[float] = deque(maxlen=SIZE_CHANGES_MAX + 1)

    def allows(self, width: int, height: int) -> bool:
        """Note a picture's size; False when there were more changes than anybody needs."""
        if (width, height) == self._size:
            return True
        if self._size is not None:
            self._changed_at.append(self._clock())
        self._size = (width, height)
        full = len(self._changed_at) > SIZE_CHANGES_MAX
        return not full or self._changed_at[-1] - self._changed_at[0] > SIZE_CHANGES_WITHIN_S


class StrangerPictures:
    """The pictures of one call on their way to the feed.

    Each connection of the call has a decoder's thread, and a source to call on it: once a newer
    one has a picture, the older ones have no more. What show and end forbid does not reach the
    feed once they have returned, so that it can be cleared then.
    """

    def __init__(
        self,
        call: str,
        feed: PictureFeed,
        painter: StrangerPainter,
        on_hostile: Callable[[], None],
    ) -> None:
        self.count = 0
        self.freezes = Freezes()
        self.width = 0
        self.height = 0
        self.call = call
        self._lock = threading.Lock()
        self._sources = 0
        self._newest_source = 0
        self._feed = feed
        self._on_hostile = on_hostile
        self._ended = False
        self._hidden = False
        self._painter = painter
        self._sizes = SizeChanges(time.monotonic)

    def source(self, lips: LipSync) -> Callable[[av.VideoFrame], None]:
        """Return what takes the pictures of another connection."""
        self._sources += 1
        return partial(self._take, self._sources, lips)

    def _take(self, source: int, lips: LipSync, frame: av.VideoFrame) -> None:
        with self._lock:
            if source >= self._newest_source:
                self._newest_source = source
                self._show(frame, lips)

    def _show(self, frame: av.VideoFrame, lips: LipSync) -> None:
        if self._ended:
            return
        if not self._sizes.allows(frame.width, frame.height):
            self._ended = True
            self._on_hostile()
            return
        self.count += 1
        self.width, self.height = frame.width, frame.height
        self.freezes.note(time.monotonic())
        if not self._hidden:
            shown = Shown(number=self.count, call=self.call)
            at_s = lips.show_at_s(frame.pts or 0)
            self._feed.offer(self._painter.picture(frame, shown), at_s)

    def show(self, on: bool) -> None:
        """Show pictures, or none while the stranger says that the camera is off. From the loop."""
        with self._lock:
            self._hidden = not on

    def end(self) -> None:
        """The call is over: late pictures are not shown. From the loop."""
        with self._lock:
            self._ended = True


class CallMedia:
    """Gives a call its sinks and its share of the encoders. Belongs to the loop."""

    def __init__(
        self,
        feed: PictureFeed,
        playout: Playout,
        video_line: VideoLine,
        microphone: MicrophoneLine,
        what_is_on: Callable[[], tuple[bool, bool]],
    ) -> None:
        """what_is_on returns whether the camera and the microphone are."""
        self._feed = feed
        self._playout = playout
        self._video_line = video_line
        self._microphone = microphone
        self._what_is_on = what_is_on
        self._painter = StrangerPainter()
        self.pictures: StrangerPictures | None = None
        self.voice: VoiceStream | None = None

    @property
    def music(self) -> bool:
        return self._microphone.music

    @property
    def has_picture(self) -> bool:
        pictures = self.pictures
        return pictures is not None and pictures.count > 0

    def video_sink(self, call: str, on_hostile: Callable[[], None], lips: LipSync) -> Sink:
        if self.pictures is None or self.pictures.call != call:
            self._end_pictures()
            self.pictures = StrangerPictures(call, self._feed, self._painter, on_hostile)
        return VideoSink(self.pictures.source(lips), on_hostile, lips.pictures)

    def sound_sink(self, lips: LipSync) -> VoiceStream:
        return VoiceStream(time.monotonic, lips)

    def hear(self, voice: VoiceStream) -> None:
        """Play this voice from now on; what was heard of an older one of the call counts on."""
        if self.voice is not None:
            voice.counts = self.voice.counts
        self.voice = voice
        self._playout.play(voice.next_samples)

    def sent_pictures(self) -> Encoded:
        """Return what was encoded since the last time."""
        return self._video_line.take_encoded()

    def use_codec(self, name: str) -> None:
        self._video_line.use(name)

    def request_key_frame(self) -> None:
        self._video_line.request_key_frame()

    def use_bitrate(self, bitrate_bps: int) -> None:
        """Let the picture take so much; 0 leaves it out."""
        self._video_line.set_bitrate(bitrate_bps)
        if bitrate_bps < LONG_FRAMES_BELOW_BPS:
            self._microphone.use_long_frames(True)
        elif bitrate_bps > SHORT_FRAMES_ABOVE_BPS:
            self._microphone.use_long_frames(False)

    def say_state(self, conversation: Conversation) -> None:
        camera, microphone = self._what_is_on()
        conversation.say_state(camera=camera, microphone=microphone)

    def show_stranger(self, camera: bool) -> None:
        """Show pictures while the stranger's camera is on; late ones after that are dropped."""
        if self.pictures is not None:
            self.pictures.show(camera)
            self.pictures.freezes.pause()
            if not camera:
                self._feed.clear()

    def end(self) -> None:
        """Nothing of the call that is over is shown or heard any more; the next one begins anew."""
        self._end_pictures()
        self.use_bitrate(START_BPS)
        self.voice = None
        self._playout.play(None)

    def _end_pictures(self) -> None:
        if self.pictures is not None:
            self.pictures.end()
            self.pictures = None
        self._feed.clear()
