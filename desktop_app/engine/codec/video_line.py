"""The line from the camera to the packets: one thread that encodes while somebody may need it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.picture_encoder import PictureEncoder

KEY_FRAME_PAUSE_S = 0.25
"""A stranger who asks for key frames without end does not get more of them than this allows."""
START_BPS = 1_000_000
WARM_EVERY_S = 0.15
"""Between pictures that nobody gets, for the encoder's sake: its next key frame then took 8 ms where
it took 6 after thirty a second, and each picture that is left out saves 5 to 8."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Encoded:
    """How many pictures were encoded, the size of the last one, and whether this machine is too
    busy for larger ones."""

    count: int = 0
    width: int = 0
    height: int = 0
    strained: bool = False


class VideoLine:
    """Encodes the newest captured picture; an encoder left idle costs 118 ms at its next picture,
    so that one is kept warm while a call may begin at any moment.

    on_packet(packet, is_key_frame) is called on the line's thread, and so is is_behind(): while
    what was encoded still waits to be sent, pictures are left out.
    """

    def __init__(
        self,
        on_packet: Callable[[EncodedPacket, bool], None],
        is_behind: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """clock in seconds."""
        self._on_packet = on_packet
        self._clock = clock
        self._is_behind = is_behind
        self._changed = threading.Condition()
        self._newest: CapturedFrame | None = None
        self._last: CapturedFrame | None = None
        self._key_frame_wanted = False
        self._key_frame_at = -KEY_FRAME_PAUSE_S
        self._codec = "H264"
        self._fps = 30.0
        self._running = False
        self._sending = False
        self._warm_at = -WARM_EVERY_S
        self._closed = False
        self._encoded = Encoded()
        self._bitrate_bps = START_BPS
        self._encoder = PictureEncoder(clock)
        self._thread = threading.Thread(target=self._run, name="video-line", daemon=True)
        self._thread.start()

    def set_running(self, running: bool, *, sending: bool) -> None:
        """Encode every picture while they are sent, few while a call may come, else none."""
        with self._changed:
            self._running = running
            self._sending = sending

    def set_rate(self, fps: float) -> None:
        with self._changed:
            self._fps = fps

    def set_bitrate(self, bitrate_bps: int) -> None:
        """Give out no more than this from now on; 0 leaves all pictures out."""
        with self._changed:
            self._bitrate_bps = bitrate_bps

    def use(self, codec: str) -> None:
        """Choose "H264" or "VP8", and begin with a key frame of the newest picture, at once."""
        with self._changed:
            self._codec = codec
            self._begin_anew()

    def request_key_frame(self) -> None:
        with self._changed:
            self._want_key_frame()

    def take_encoded(self) -> Encoded:
        """Return what was encoded since the last time, and begin to count anew.

        A machine for which it was nothing at all is as busy as it was before.
        """
        with self._changed:
            encoded = self._encoded
            self._encoded = Encoded(strained=self._sending and encoded.strained)
        return encoded

    def offer(self, frame: CapturedFrame) -> None:
        """Take the newest picture; from the camera's thread."""
        with self._changed:
            self._newest = frame
            if self._running:
                self._changed.notify()

    def forget(self) -> None:
        """The camera is closed: none of its pictures is given out once this has returned."""
        with self._changed:
            self._newest = self._last = None
            self._begin_anew()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=0.5)

    def _begin_anew(self) -> None:
        """Make the next picture a key frame, whenever the last one was."""
        self._key_frame_at = -KEY_FRAME_PAUSE_S
        self._want_key_frame()

    def _want_key_frame(self) -> None:
        self._key_frame_wanted = True
        if self._newest is None and self._key_frame_due():
            self._newest = self._last
        self._changed.notify()

    def _key_frame_due(self) -> bool:
        paused = self._clock() - self._key_frame_at >= KEY_FRAME_PAUSE_S
        return self._key_frame_wanted and paused

    def _has_turn(self) -> bool:
        """Whether the next picture is to be sent, or due to keep the encoder warm."""
        return self._sending or self._key_frame_wanted or self._clock() >= self._warm_at

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or (self._running and self._newest is not None)
                )
                if self._closed or self._newest is None:
                    return
                frame, self._newest, self._last = self._newest, None, self._newest
                fps, bitrate_bps = self._fps, self._bitrate_bps
                if not self._has_turn():
                    continue
                if not self._encoder.takes(frame, fps, bitrate_bps) or self._is_behind():
                    continue
                self._warm_at = self._clock() + WARM_EVERY_S
                key_frame = self._key_frame_due()
                if key_frame:
                    self._key_frame_wanted = False
                    self._key_frame_at = self._clock()
                codec, sending = self._codec, self._sending
            try:
                self._encode(frame, codec, bitrate_bps, key_frame)
                if sending:
                    self._encoder.note_strain(frame)
            except Exception as error:
                # One picture that cannot be encoded, of whatever library, must not end the line.
                size = f"{frame.width}x{frame.height}"
                log.warning("a picture of %s was not encoded: %s", size, type(error).__name__)
                self._encoder.start_anew()

    def _encode(self, frame: CapturedFrame, codec: str, bitrate_bps: int, key_frame: bool) -> None:
        packet = self._encoder.encode(frame, codec, bitrate_bps, key_frame)
        if packet is None:
            return
        packet.opaque = frame.captured_ns
        with self._changed:
            if self._last is not frame:
                return  # It was forgotten meanwhile.
            self._encoded = Encoded(
                self._encoded.count + 1, *self._encoder.size, self._encoder.is_strained
            )
            self._on_packet(packet, packet.is_keyframe)
