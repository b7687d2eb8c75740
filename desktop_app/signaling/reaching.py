"""Whether a TCP socket has reached anybody, as the system knows it."""

import socket
import sys

if sys.platform == "linux":
    import fcntl
    import termios


def is_answered(opened: socket.socket) -> bool:
    """Whether the other end has taken the connection, and everything that was sent so far."""
    try:
        opened.getpeername()
        return not _unacknowledged_bytes(opened)
    except OSError:
        return False


def _unacknowledged_bytes(opened: socket.socket) -> int:
    """Return how much was sent that the other system has not acknowledged; 0 where nobody says.

    Its system answers however slow its program is. Only Linux has been looked at.
    """
    if sys.platform != "linux":
        return 0
    return int.from_bytes(fcntl.ioctl(opened, termios.TIOCOUTQ, bytes(4)), sys.byteorder)
