"""The real speaker, on the sound thread."""

import time

import numpy as np
from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.sound_choice import Report, as_device, choose, device_id, problem_when_empty
from desktop_app.engine.sound_server import sound_server_answers
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem

AHEAD_S = 0.04
"""How much lies in the speaker's own buffer: with 30 ms a busy machine leaves gaps."""
RETRY_S = 4.0
"""Time for QtMultimedia to join a sound server that has come back."""
STUCK_AFTER_S = 1.0
"""A speaker that takes nothing for so long is lost: PulseAudio 16 does not say so."""


class SoundSink:
    """Writes to the speaker and brings it back when it was lost."""

    def __init__(self, playout: Playout, processing: VoiceProcessing, report: Report) -> None:
        self._playout = playout
        self._processing = processing
        self._report = report
        self._wanted: str | None = None
        self._asked = False
        self._sink: QAudioSink | None = None
        self._stream: QIODevice | None = None
        self._open_id = ""
        self._channels = 1
        self._taken_at = 0.0
        self._retry_at = 0.0
        self._fills = 0
        self._opening: tuple[Device, bool] | None = None

    def open(self, wanted: str | None) -> None:
        self._asked = True
        self._wanted = wanted
        self._reopen()

    def close(self) -> None:
        self._asked = False
        self._drop()

    def tick(self) -> None:
        """Fill the device's buffer; called every few milliseconds."""
        if self._sink is None or self._stream is None:
            if self._asked and 0.0 < self._retry_at < time.monotonic():
                self._bring_back()
            return
        now = time.monotonic()
        count = self._sink.bytesFree() // (2 * self._channels)
        if count > 0:
            self._taken_at = now
            self._say_opened()
            samples = self._playout.pull(count)
            self._processing.hear(samples)
            if self._channels > 1:
                samples = np.repeat(samples, self._channels)
            self._stream.write(samples.tobytes())
        elif now - self._taken_at > STUCK_AFTER_S:
            problem = DeviceProblem.FAILED if self._opening else DeviceProblem.GONE
            self._report(DeviceKind.SPEAKER, None, False, problem)
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
        ids = [device_id(device) for device in QMediaDevices.audioOutputs()]
        wanted_is_back = self._wanted in ids and self._open_id != self._wanted
        if self._sink is None or self._open_id not in ids or wanted_is_back:
            self._reopen()

    def _reopen(self) -> None:
        self._drop()
        found = QMediaDevices.audioOutputs()
        device, missing = choose(self._wanted, found, QMediaDevices.defaultAudioOutput())
        if device is None:
            problem = problem_when_empty(bool(QMediaDevices.audioInputs()))
            self._report(DeviceKind.SPEAKER, None, missing, problem)
            return
        self._channels = 1
        format = QAudioFormat()
        format.setSampleRate(SAMPLE_RATE)
        format.setChannelCount(1)
        format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        if not device.isFormatSupported(format):
            format.setChannelCount(2)
            self._channels = 2
        self._sink = QAudioSink(device, format)
        self._sink.setBufferSize(round(AHEAD_S * SAMPLE_RATE) * 2 * self._channels)
        self._stream = self._sink.start()
        self._open_id = device_id(device)
        self._taken_at = time.monotonic()
        self._fills = 0
        self._opening = (as_device(DeviceKind.SPEAKER, device), missing)
        if self._stream is None:
            self._drop()
            self._report(DeviceKind.SPEAKER, None, missing, DeviceProblem.FAILED)

    def _say_opened(self) -> None:
        """A speaker works once it has taken more than its empty buffer holds."""
        self._fills += 1
        if self._opening is not None and self._fills > 1:
            device, missing = self._opening
            self._opening = None
            self._report(DeviceKind.SPEAKER, device, missing, None)

    def _drop(self) -> None:
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
        self._sink = self._stream = None
        self._open_id = ""
