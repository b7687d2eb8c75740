"""Pages that pictures were made in stay with the process, once and not for each thread."""

import ctypes
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.desktop_app.engine.engine_driver import EngineDriver

PICTURE = 1280 * 720 * 3
THREADS = 8
"""As many have a heap each even where there is one core."""
HEAP_BYTES = 64 * 1024 * 1024
"""What glibc reserves, and aligns, for the heap of a thread."""

PROGRAM = """
import ctypes, resource, sys, threading
from desktop_app.engine import heap

if sys.argv[1] == "keep for each thread":
    del heap.WANTED[heap.M_ARENA_MAX]
if sys.argv[1] != "leave":
    assert heap.keep_freed_pages()
libc = ctypes.CDLL(None)
assert libc.prctl(41, 1, 0, 0, 0) == 0  # PR_SET_THP_DISABLE: where huge pages are the rule
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
PICTURE = 1280 * 720 * 3

def pictures(count, size=PICTURE * 4):
    for _ in range(count):
        blocks = [libc.malloc(size) for _ in range(3)]
        for block in blocks:
            ctypes.memset(block, 1, size)
        for block in blocks:
            libc.free(block)
"""
CHURN = """
pictures(5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
pictures(20)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
THREAD_AFTER_THREAD = """
def in_use():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def make_pictures(number):
    at_work.wait()  # Whoever has ended leaves its heap to the next.
    with turn:
        pictures(2, PICTURE // 3)
    done.wait()

count = int(sys.argv[2])
at_work, done, turn = threading.Barrier(count), threading.Barrier(count), threading.Lock()
pictures(2, PICTURE // 3)
before = in_use()
threads = [threading.Thread(target=make_pictures, args=(n,)) for n in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(in_use() - before)
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"),
    reason="glibc's allocator",
)


def outcome(work: str, way: str, *more: str) -> int:
    """Run some work in a process of its own whose freed pages are left to glibc, or kept."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM + work, way, *more],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return int(ran.stdout)


def heaps_of_threads(pid: int) -> int:
    """Return how many reservations a process has that are aligned and sized as such heaps are."""
    lines = [line.split() for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
    ranges = [([int(at, 16) for at in line[0].split("-")], line[1]) for line in lines]
    return sum(
        begin % HEAP_BYTES == 0 and end == begin + HEAP_BYTES and access == ("rw-p", "---p")
        for ((begin, _), first), ((_, end), second) in pairwise(ranges)
        for access in [(first, second)]
    )


def test_pictures_made_and_freed_again_and_again_fetch_no_pages_from_the_kernel() -> None:
    import resource

    page = resource.getpagesize()
    assert outcome(CHURN, "leave") > 20 * PICTURE // page
    assert outcome(CHURN, "keep") < PICTURE // page


def test_pictures_of_many_threads_take_the_room_of_those_of_one() -> None:
    one_each = (THREADS - 2) * PICTURE
    assert outcome(THREAD_AFTER_THREAD, "keep for each thread", str(THREADS)) > one_each
    assert outcome(THREAD_AFTER_THREAD, "keep", str(THREADS)) < PICTURE


def test_the_engine_has_one_heap_for_all_its_threads(
    start_engine: Callable[[], EngineDriver],
) -> None:
    engine = start_engine()

    assert len(list(Path(f"/proc/{engine.process.pid}/task").iterdir())) > 1
    assert heaps_of_threads(engine.process.pid) == 0
