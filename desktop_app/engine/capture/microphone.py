"""From the microphone's samples to packets: framing, level, mute, Opus."""

import threading
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop_app.engine.capture.sample_clock import SampleClock
from desktop_app.engine.channels import in_mono, in_stereo
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_encoder import (
    LONG_FRAME,
    LOOKAHEAD_S,
    SAMPLE_RATE,
    SoundEncoder,
)
from desktop_app.engine.levels import Meter

Samples = npt.NDArray[np.int16]
BACKLOG_MAX = 6 * LONG_FRAME
"""Samples that may come in one burst, and more than a device holds (sound_source.BUFFER_US); older ones
are dropped, for sound must not fall behind."""
SILENT_PEAK = 16
"""-66 dBFS: what noise suppression or a muted microphone leaves."""
PAUSE_AFTER = SAMPLE_RATE // 5
"""Silent samples, 200 ms of them, until sending pauses."""
PAUSE_EVERY = SAMPLE_RATE * 2 // 5
"""In a pause one frame in so many samples is sent, every 400 ms as Opus itself does it."""
CHANGED_WITHIN = 2 * SAMPLE_RATE
"""Samples after which frames change their length even in the middle of a word."""


class MicrophoneLine:
    """Takes samples as they come and passes packets on.

    push is called by one thread at a time, on_packet from that thread.
    """

    def __init__(self, on_packet: Callable[[EncodedPacket], None]) -> None:
        self._on_packet = on_packet
        self._lock = threading.Lock()
        self._music = False
        self._long_frames = False
        self._waiting: Samples = self._nothing()
        self._encoder = SoundEncoder()
        self._clock = SampleClock(time.monotonic)
        self._silent = 0
        self._spoken_since = 0
        """Samples since other frames were asked for."""
        self.meter = Meter()
        self.muted = False
        self.sending = False

    @property
    def music(self) -> bool:
        return self._music

    def play_music(self, on: bool) -> None:
        """Send stereo at 128 kbit/s from now on, or a voice again."""
        with self._lock:
            if on != self._music:
                self._music = on
                self._waiting = self._nothing()
                self._renew_encoder()

    def use_long_frames(self, on: bool) -> None:
        """Spend less on headers, and be later for it, from the next silence on; from any thread."""
        with self._lock:
            if on != self._long_frames:
                self._long_frames = on
                self._spoken_since = 0

    @property
    def _wants_long_frames(self) -> bool:
        # Music has no silence in which a change would not be heard.
        return self._long_frames or self._music

    def _change_frames_unheard(self) -> None:
        """A new encoder knows nothing of what was said: in a word that would be heard."""
        if not self.sending or self._silent or self._spoken_since >= CHANGED_WITHIN:
            self._renew_encoder()

    def _renew_encoder(self) -> None:
        self._encoder = SoundEncoder(
            music=self._music, long_frames=self._wants_long_frames, begins_at=self._encoder.at
        )
        self._silent = 0

    def _nothing(self) -> Samples:
        return np.zeros((0, 2) if self._music else 0, dtype=np.int16)

    def push(self, samples: Samples, held_back_s: float = 0.0) -> None:
        """Take samples at 48 kHz, any number of them, flat or x 2.

        held_back_s is how much older they are than those that went into the processing with them.
        """
        with self._lock:
            samples = in_stereo(samples) if self._music else in_mono(samples)
            self._clock.add(len(samples))
            self._waiting = np.concatenate((self._waiting, samples))[-BACKLOG_MAX:]
            while len(self._waiting) >= (count := self._encoder.samples_per_frame):
                captured_s = self._clock.captured_s(len(self._waiting)) - held_back_s - LOOKAHEAD_S
                frame, self._waiting = self._waiting[:count], self._waiting[count:]
                self._take_frame(frame, captured_s)
                if self._encoder.long_frames != self._wants_long_frames:
                    self._change_frames_unheard()

    def reset(self) -> None:
        """Drop what waits, when the device changes."""
        with self._lock:
            self._waiting = self._nothing()
            self._clock.reset()
            self.meter.reset()

    def _take_frame(self, frame: Samples, captured_s: float) -> None:
        self.meter.add(frame)
        if not self.sending:
            return
        heard = np.zeros_like(frame) if self.muted else frame
        if self._pauses(heard):
            self._encoder.skip()
        elif (packet := self._encoder.encode(heard)) is not None:
            packet.opaque = round(captured_s * 1e9)
            self._on_packet(packet)

    def _pauses(self, frame: Samples) -> bool:
        """Note a frame; True when it need not be sent (PyAV's Opus knows no DTX)."""
        silent = int(frame.max()) < SILENT_PEAK and int(frame.min()) > -SILENT_PEAK
        self._silent = self._silent + len(frame) if silent else 0
        self._spoken_since += len(frame)
        beyond = self._silent - PAUSE_AFTER
        return beyond > 0 and beyond % PAUSE_EVERY != 0
