"""A lock on a profile that the system takes back from a process that ends, however it ends."""

import errno
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_HELD = (errno.EAGAIN, errno.EACCES)
"""What locking says where another one has the lock, and not that there are no locks."""


class ProfileLock:
    """Held by one process at a time, until that ends or this object is gone.

    Not QLockFile: a process that was killed leaves its file, and that holds for whoever gets the
    same number next, which in a container is every start; and it waits for the disk.
    """

    def __init__(self, profile: Path) -> None:
        self._path = profile / "instance.lock"
        self._file: BinaryIO | None = None

    def take(self) -> bool:
        """False while another process holds it; True as well where nothing can be locked."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("ab")
        except OSError:
            return True
        try:
            _lock(file)
        except OSError as error:
            file.close()
            return error.errno not in _HELD
        self._file = file
        return True
