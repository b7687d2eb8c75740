"""Pages that pictures were made in stay with the process."""

import ctypes
import subprocess
import sys

import pytest

PICTURE = 1280 * 720 * 3

CHURN = """
import ctypes, resource, sys
from desktop_app.engine import heap

if sys.argv[1] == "keep":
    assert heap.keep_freed_pages()
libc = ctypes.CDLL(None)
assert libc.prctl(41, 1, 0, 0, 0) == 0  # PR_SET_THP_DISABLE: where huge pages are the rule
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
PICTURE = 1280 * 720 * 3

def pictures(count):
    for _ in range(count):
        blocks = [libc.malloc(PICTURE * 4) for _ in range(3)]
        for block in blocks:
            ctypes.memset(block, 1, PICTURE * 4)
        for block in blocks:
            libc.free(block)

pictures(5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
pictures(20)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(way: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", CHURN, way], capture_output=True, check=True, timeout=60
    )
    return int(ran.stdout)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"),
    reason="glibc's allocator",
)
def test_pictures_made_and_freed_again_and_again_fetch_no_pages_from_the_kernel() -> None:
    import resource

    page = resource.getpagesize()
    assert faults("leave") > 20 * PICTURE // page
    assert faults("keep") < PICTURE // page
