"""Moving pictures and tones as files, for a browser's camera and microphone and for our own."""

import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests import frame_code

FPS = 30


def write_clip(path: Path, width: int, height: int, frames: int) -> Path:
    """Write a YUV4MPEG clip at 30 frames a second; frame n carries the frame code n.

    The rest of the picture is ffmpeg's moving test pattern.
    """
    pattern = f"testsrc2=size={width}x{height}:rate={FPS}"
    source = subprocess.Popen(
        f"ffmpeg -loglevel error -f lavfi -i {pattern} -frames:v {frames}"
        " -pix_fmt yuv420p -f rawvideo -".split(),
        stdout=subprocess.PIPE,
    )
    assert source.stdout is not None
    with path.open("wb") as clip:
        clip.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(frames):
            picture = bytearray(source.stdout.read(width * height * 3 // 2))
            frame = np.frombuffer(picture, dtype=np.uint8).reshape(height * 3 // 2, width)
            _draw_code(frame, number)
            clip.write(b"FRAME\n" + picture)
    if source.wait() != 0:
        raise RuntimeError(f"ffmpeg ended with code {source.returncode}")
    return path


def write_tone(path: Path, frequency_hz: float, seconds: float = 1.0) -> Path:
    """Write a mono WAV of 48 kHz with a sine; whole seconds of whole hertz loop without a click."""
    source = f"sine=frequency={frequency_hz}:sample_rate=48000:duration={seconds}"
    command = ["ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source]
    subprocess.run([*command, "-ac", "1", str(path)], check=True)
    return path


def _draw_code(frame: npt.NDArray[np.uint8], number: int) -> None:
    """Draw into a planar I420 picture and take the colour from under the strip."""
    height, width = frame.shape[0] * 2 // 3, frame.shape[1]
    frame_code.draw(frame[:height], number)
    chroma = frame[height:].reshape(2, height // 2, width // 2)
    chroma[:, height * 9 // 40 : height * 11 // 40 + 1] = 128
