"""Checks of the native libraries: codecs, camera and sound back-ends, voice processing."""

import importlib
import sys
from collections.abc import Iterable
from typing import Literal

import av
import numpy as np
from PySide6.QtMultimedia import QMediaDevices, QMediaFormat

from desktop_app.engine.camera_names import BACKENDS
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE, SAMPLES_PER_FRAME, SoundEncoder
from desktop_app.engine.codec.video_encoders import create
from desktop_app.engine.vision import load_cv2
from desktop_app.engine.voice_processing import BLOCK, VoiceProcessing
from desktop_app.engine_messages import ProcessVoice
from desktop_app.self_test.report import Missing

ENCODERS = ("libx264", "libvpx", "libopus")
DECODERS = ("h264", "vp8", "libopus")
ENCODED_WITHIN_PICTURES = 5
_SIZE = (320, 240)


def codecs() -> str:
    """Find every coder by its name, and have each encoder encode."""
    _find_all(ENCODERS, "w")
    _find_all(DECODERS, "r")
    for codec in ("H264", "VP8"):
        encoder = create(codec, *_SIZE, 30.0, 300_000)
        frame = av.VideoFrame(*_SIZE, "yuv420p")
        for number in range(ENCODED_WITHIN_PICTURES):
            frame.pts = number * 3_000
            if encoder.encode(frame, number == 0) is not None:
                break
        else:
            raise Missing(f"{codec} encodes nothing")
    sound = SoundEncoder()
    silence = np.zeros(SAMPLES_PER_FRAME, dtype=np.int16)
    if not any(sound.encode(silence) for _ in range(ENCODED_WITHIN_PICTURES)):
        raise Missing("Opus encodes nothing")
    return ", ".join(dict.fromkeys((*ENCODERS, *DECODERS)))


def camera_back_ends() -> str:
    """The back-end whose cameras are listed on this system, OpenCV's FFmpeg, and the listing."""
    cv2 = load_cv2()
    importlib.import_module("cv2_enumerate_cameras")
    there = [
        str(cv2.videoio_registry.getBackendName(number))
        for number in cv2.videoio_registry.getBackends()
        if cv2.videoio_registry.hasBackend(number)
    ]
    for needed in (BACKENDS[sys.platform].removeprefix("CAP_"), "FFMPEG"):
        if needed not in there:
            raise Missing(f"OpenCV has no {needed}, only {', '.join(there)}")
    return ", ".join(dict.fromkeys(there))


def sound_back_end() -> str:
    """QtMultimedia's plug-in: without it Qt starts and knows neither formats nor devices."""
    if not QMediaFormat().supportedFileFormats(QMediaFormat.ConversionMode.Decode):
        raise Missing("QtMultimedia finds no back-end")
    speakers, microphones = QMediaDevices.audioOutputs(), QMediaDevices.audioInputs()
    return f"{len(speakers)} speakers, {len(microphones)} microphones"


def voice_processing() -> str:
    """WebRTC's audio processing takes sound and gives as much back."""
    from livekit.rtc.apm import AudioProcessingModule

    AudioProcessingModule(echo_cancellation=True)  # The processing itself goes on without it.
    processing = VoiceProcessing()
    processing.choose(ProcessVoice())
    processing.hear(np.zeros(BLOCK, dtype=np.int16))
    if len(processing.clean(np.zeros(BLOCK, dtype=np.int16))) != BLOCK:
        raise Missing("voice processing swallows sound")
    return f"{BLOCK * 1000 // SAMPLE_RATE} ms at a time"


def desktop_bus() -> str:
    """What a Linux desktop is asked for its proxy through; other systems are asked otherwise."""
    if sys.platform != "linux":
        return "not needed here"
    importlib.import_module("PySide6.QtDBus")
    return "D-Bus"


def _find_all(names: Iterable[str], mode: Literal["r", "w"]) -> None:
    for name in names:
        try:
            av.Codec(name, mode)
        except ValueError as error:  # av.codec.codec.UnknownCodecError
            raise Missing(f"{name} is not among the codecs") from error
