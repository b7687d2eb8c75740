"""A camera for tests: a named pipe into which ffmpeg plays a clip at its true rate, in a loop."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

PLAY_IN_A_LOOP = ["ffmpeg", "-loglevel", "quiet", "-y", "-re", "-stream_loop", "-1", "-i"]


@contextlib.contextmanager
def camera_pipe(pipe: Path, clip: Path) -> Iterator[Path]:
    """Make the pipe and feed it for as long as the context lasts.

    The engine opens it by its path. ffmpeg ends when the reader closes it, so one pipe serves
    one opening of the camera.
    """
    os.mkfifo(pipe)
    feeder = subprocess.Popen(
        [*PLAY_IN_A_LOOP, str(clip), "-f", "yuv4mpegpipe", str(pipe)],
        stdin=subprocess.DEVNULL,
    )
    try:
        yield pipe
    finally:
        feeder.kill()
        feeder.wait()
        pipe.unlink()
