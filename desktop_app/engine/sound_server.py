"""Whether the sound server still answers, on systems that have one."""

import os
import socket
import sys
from pathlib import Path

CONNECT_WITHIN_S = 0.2


def sound_server_answers() -> bool:
    """Ask before a device is opened again after a loss.

    With QtMultimedia 6.11 opening a stream while its PulseAudio is dead aborts the process
    (Assertion 'c' failed in pa_context_get_state), and its lists go on naming the devices.
    """
    if sys.platform != "linux":
        return True
    path = _socket_path()
    if path is None:
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(CONNECT_WITHIN_S)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _socket_path() -> Path | None:
    """Return where PulseAudio listens; None when it is somewhere else, on the network say."""
    server = os.environ.get("PULSE_SERVER", "")
    if server:
        return Path(server.removeprefix("unix:")) if server.startswith(("unix:", "/")) else None
    runtime = os.environ.get("PULSE_RUNTIME_PATH")
    if runtime:
        return Path(runtime) / "native"
    session = os.environ.get("XDG_RUNTIME_DIR")
    return Path(session) / "pulse" / "native" if session else None
