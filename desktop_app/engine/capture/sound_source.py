"""The real microphone, on the sound thread."""

from collections.abc import Callable

from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource

from desktop_app.engine.capture.microphone import MicrophoneLine
from desktop_app.engine.channels import from_device
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import DeviceKind

BUFFER_US = 100_000
"""Room for what comes while the thread waits for its turn; what finds none is lost."""


class SoundSource:
    """Reads the microphone, as the SoundStream of a SoundEnd."""

    kind = DeviceKind.MICROPHONE
    proof = 1

    @property
    def channels(self) -> int:
        return 2 if self._line.music else 1

    def __init__(
        self, line: MicrophoneLine, processing: VoiceProcessing, on_ready: Callable[[], None]
    ) -> None:
        """on_ready is called on the sound thread when there is something to move."""
        self._line = line
        self._processing = processing
        self._on_ready = on_ready
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
        if self._stream is None:
            return False
        self._stream.readyRead.connect(self._on_ready)
        return True

    def move(self) -> bool:
        data = self._stream.readAll().data() if self._stream is not None else b""
        if data:
            samples = from_device(bytes(data), self._channels)
            if self._line.music:
                self._line.push(samples)
            else:
                cleaned = self._processing.clean(
                    samples if samples.ndim == 1 else samples[:, 0].copy()
                )
                self._line.push(cleaned, self._processing.held_back_s)
        return bool(data)

    def stop(self) -> None:
        if self._source is not None:
            self._source.stop()
            self._source.deleteLater()
        self._source = self._stream = None
