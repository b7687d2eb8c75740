"""Keeps what pictures are made in: glibc gives large blocks back when they are freed.

A picture is allocated in one thread and freed in another, so that the heap of a thread shrinks and
grows with it: 8,000 pages a second to be fetched anew from the kernel in a call at 1280x720, where
a machine at its limit then gives 26 pictures a second instead of 30 (28 November 2026).
"""

import ctypes
import logging
import sys

KEPT_BYTES = 64 * 1024 * 1024
"""At most so much stays at the end of a thread's heap."""
LARGEST_BYTES = 32 * 1024 * 1024
"""Blocks up to this size come from a heap; glibc allows no more."""
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
"""Numbers from glibc's malloc.h."""

log = logging.getLogger(__name__)


def keep_freed_pages() -> bool:
    """Let this process keep freed pages; False where its allocator is not glibc's."""
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        log.info("this system's allocator takes no options")
        return False
    return bool(mallopt(M_TRIM_THRESHOLD, KEPT_BYTES) and mallopt(M_MMAP_THRESHOLD, LARGEST_BYTES))
