"""A camera for tests: a named pipe into which ffmpeg plays a clip at its true rate, in a loop."""

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

FEED = "ffmpeg -loglevel quiet -re -stream_loop -1 -i {clip} -f yuv4mpegpipe - > {pipe}"


@contextlib.contextmanager
def camera_pipe(pipe: Path, clip: Path) -> Iterator[Path]:
    """Make the pipe and feed it for as long as the context lasts.

    The engine opens it by its path, as often as it likes: ffmpeg ends when a reader closes the
    pipe, and the shell waits for the next reader before it starts another one, which would take
    its time from whatever is measured just then.
    """
    os.mkfifo(pipe)
    feed = FEED.format(clip=shlex.quote(str(clip)), pipe=shlex.quote(str(pipe)))
    feeder = subprocess.Popen(
        ["sh", "-c", f"while [ -p {shlex.quote(str(pipe))} ]; do {feed} || sleep 0.1; done"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield pipe
    finally:
        os.killpg(feeder.pid, signal.SIGKILL)
        feeder.wait()
        pipe.unlink()
