"""Keeps what pictures are made in, once for all threads, however glibc would have it.

It gives large blocks back when they are freed. A picture is allocated in one thread and freed in
another, so that a heap shrinks and grows with it: 8,000 pages a second to be fetched anew from the
kernel in a call at 1280x720, where a machine at its limit then gives 26 pictures a second instead
of 30 (28 November 2026).

And it has a heap for each thread, up to eight for each core, of which none gives its free pages to
another. Each call has a decoder's thread of its own, which takes any of them: sooner or later every
heap is as large as one call makes it. With two cores that was half a megabyte a next, while what
was in use stayed the same (28 November 2026).
"""

import ctypes
import logging
import sys

KEPT_BYTES = 64 * 1024 * 1024
"""At most so much stays at the end of a heap."""
LARGEST_BYTES = 32 * 1024 * 1024
"""Blocks up to this size come from a heap; glibc allows no more."""
HEAPS = 1
"""For all threads. Small blocks come from a cache of each thread, which needs no lock."""
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
"""Numbers from glibc's malloc.h."""
WANTED = {M_TRIM_THRESHOLD: KEPT_BYTES, M_MMAP_THRESHOLD: LARGEST_BYTES, M_ARENA_MAX: HEAPS}

log = logging.getLogger(__name__)


def keep_freed_pages() -> bool:
    """Let this process keep freed pages in one heap; False where its allocator is not glibc's.

    Call it before there are threads: a heap that one has already stays.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        log.info("this system's allocator takes no options")
        return False
    taken = [mallopt(option, value) for option, value in WANTED.items()]
    return all(taken)
