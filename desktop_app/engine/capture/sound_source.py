"""The real microphone, on the sound thread."""

import numpy as np
from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource

from desktop_app.engine.capture.microphone import MicrophoneLine, Samples
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import DeviceKind

BUFFER_US = 20_000


class SoundSource:
    """Reads the microphone, as the SoundStream of a SoundEnd."""

    kind = DeviceKind.MICROPHONE
    proof = 1

    def __init__(self, line: MicrophoneLine, processing: VoiceProcessing) -> None:
        self._line = line
        self._processing = processing
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._channels = 1

    def start(self, device: QAudioDevice, format: QAudioFormat) -> bool:
        self._line.reset()
        self._processing.reset()
        self._channels = format.channelCount()
        self._source = QAudioSource(device, format)
        self._source.setBufferSize(format.bytesForDuration(BUFFER_US))
        self._stream = self._source.start()
        return self._stream is not None

    def move(self) -> bool:
        data = self._stream.readAll().data() if self._stream is not None else b""
        if data:
            self._line.push(self._processing.clean(_mono(bytes(data), self._channels)))
        return bool(data)

    def stop(self) -> None:
        if self._source is not None:
            self._source.stop()
            self._source.deleteLater()
        self._source = self._stream = None


def _mono(data: bytes, channels: int) -> Samples:
    samples: Samples = np.frombuffer(
        data[: len(data) // (2 * channels) * 2 * channels], dtype=np.int16
    )
    return samples if channels == 1 else samples.reshape(-1, channels)[:, 0].copy()
