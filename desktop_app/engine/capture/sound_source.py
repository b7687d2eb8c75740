"""The real microphone, on the sound thread."""

import time

import numpy as np
from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioFormat, QAudioSource, QMediaDevices

from desktop_app.engine.capture.microphone import MicrophoneLine, Samples
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.sound_choice import Report, as_device, choose, device_id, problem_when_empty
from desktop_app.engine.sound_server import sound_server_answers
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem

BUFFER_S = 0.02
RETRY_S = 4.0
"""Time for QtMultimedia to join a sound server that has come back."""
SILENT_AFTER_S = 1.0
"""A microphone that brings nothing for so long is lost: PulseAudio 16 does not say so."""


class SoundSource:
    """Reads the microphone and brings it back when it was lost."""

    def __init__(self, line: MicrophoneLine, processing: VoiceProcessing, report: Report) -> None:
        self._line = line
        self._processing = processing
        self._report = report
        self._wanted: str | None = None
        self._asked = False
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._open_id = ""
        self._channels = 1
        self._heard_at = 0.0
        self._retry_at = 0.0
        self._opening: tuple[Device, bool] | None = None

    def open(self, wanted: str | None) -> None:
        self._asked = True
        self._wanted = wanted
        self._reopen()

    def close(self) -> None:
        self._asked = False
        self._drop()

    def tick(self) -> None:
        """Read what has come; called every few milliseconds."""
        if self._stream is None:
            if self._asked and 0.0 < self._retry_at < time.monotonic():
                self._bring_back()
            return
        data = self._stream.readAll().data()
        now = time.monotonic()
        if data:
            self._heard_at = now
            self._say_opened()
            self._line.push(self._processing.clean(_mono(bytes(data), self._channels)))
        elif now - self._heard_at > SILENT_AFTER_S:
            problem = DeviceProblem.FAILED if self._opening else DeviceProblem.GONE
            self._report(DeviceKind.MICROPHONE, None, False, problem)
            self._drop()
            self._bring_back()

    def _bring_back(self) -> None:
        """Open again after a loss, or wait on while there is no sound server."""
        self._retry_at = time.monotonic() + RETRY_S
        if sound_server_answers():
            self._reopen()

    def devices_changed(self) -> None:
        """A device came or went: take the wanted one if it is back, leave one that is gone."""
        if not self._asked or not sound_server_answers():
            return
        ids = [device_id(device) for device in QMediaDevices.audioInputs()]
        wanted_is_back = self._wanted in ids and self._open_id != self._wanted
        if self._source is None or self._open_id not in ids or wanted_is_back:
            self._reopen()

    def _reopen(self) -> None:
        self._drop()
        found = QMediaDevices.audioInputs()
        device, missing = choose(self._wanted, found, QMediaDevices.defaultAudioInput())
        if device is None:
            problem = problem_when_empty(bool(QMediaDevices.audioOutputs()))
            self._report(DeviceKind.MICROPHONE, None, missing, problem)
            return
        self._line.reset()
        self._processing.reset()
        self._channels = 1
        format = QAudioFormat()
        format.setSampleRate(SAMPLE_RATE)
        format.setChannelCount(1)
        format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        if not device.isFormatSupported(format):
            format.setChannelCount(2)
            self._channels = 2
        self._source = QAudioSource(device, format)
        self._source.setBufferSize(round(BUFFER_S * SAMPLE_RATE) * 2 * self._channels)
        self._stream = self._source.start()
        self._open_id = device_id(device)
        self._heard_at = time.monotonic()
        self._opening = (as_device(DeviceKind.MICROPHONE, device), missing)
        if self._stream is None:
            self._drop()
            self._report(DeviceKind.MICROPHONE, None, missing, DeviceProblem.FAILED)

    def _say_opened(self) -> None:
        """A device works once it delivers: some open without a word and stay silent."""
        if self._opening is not None:
            device, missing = self._opening
            self._opening = None
            self._report(DeviceKind.MICROPHONE, device, missing, None)

    def _drop(self) -> None:
        if self._source is not None:
            self._source.stop()
            self._source.deleteLater()
        self._source = self._stream = None
        self._open_id = ""


def _mono(data: bytes, channels: int) -> Samples:
    samples: Samples = np.frombuffer(
        data[: len(data) // (2 * channels) * 2 * channels], dtype=np.int16
    )
    return samples if channels == 1 else samples.reshape(-1, channels)[:, 0].copy()
