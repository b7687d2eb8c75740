"""The real speaker, on the sound thread."""

import time

from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink, QtAudio

from desktop_app.engine.channels import for_device, in_mono
from desktop_app.engine.playback.lead import Lead
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import DeviceKind

BUFFER_US = 80_000
"""Room for the longest lead."""


class SoundSink:
    """Writes to the speaker, as the SoundStream of a SoundEnd."""

    kind = DeviceKind.SPEAKER
    channels = 2
    proof = 2
    """The first only fills its empty buffer."""

    def __init__(self, playout: Playout, processing: VoiceProcessing) -> None:
        self._playout = playout
        self._processing = processing
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None
        self._lead = Lead(time.monotonic)
        self._channels = 1

    def start(self, device: QAudioDevice, format: QAudioFormat) -> bool:
        self._channels = format.channelCount()
        self._sink = QAudioSink(device, format)
        self._sink.setBufferSize(format.bytesForDuration(BUFFER_US))
        self._stream = self._sink.start()
        return self._stream is not None

    def move(self) -> bool:
        if self._sink is None or self._stream is None:
            return False
        left = (self._sink.bufferSize() - self._sink.bytesFree()) // (2 * self._channels)
        count = self._lead.missing(left, ran_dry=self._sink.state() is QtAudio.State.IdleState)
        if count <= 0:
            return False
        samples = self._playout.pull(count, left)
        self._processing.hear(in_mono(samples))
        self._stream.write(for_device(samples, self._channels))
        return True

    def stop(self) -> None:
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
        self._sink = self._stream = None
