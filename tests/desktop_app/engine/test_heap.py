"""Pages that pictures were made in stay with the process."""

import resource
import subprocess
import sys

import pytest

CHURN = """
import ctypes, resource, sys
from desktop_app.engine import heap

if sys.argv[1] == "keep":
    assert heap.keep_freed_pages()
libc = ctypes.CDLL(None)
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


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_pictures_made_and_freed_again_and_again_fetch_no_pages_from_the_kernel() -> None:
    page = resource.getpagesize()
    assert faults("leave") > 20 * 1280 * 720 * 3 // page
    assert faults("keep") < 1280 * 720 * 3 // page
