"""A machine that is too busy: its voice goes before its pictures, and loses nothing."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from desktop_app.engine.sound_priority import LINUX_NICE, raise_priority
from tests.desktop_app.engine.pulse_audio import SoundServer

DEADLINE_S = 60


@pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio here")
def test_a_thread_that_comes_seldom_finds_all_that_was_said(sound_server: SoundServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.desktop_app.engine.seldom_read"],
        env=sound_server.environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=True,
    )
    came, could_come = map(float, done.stdout.split())
    assert came > 0.7 * could_come


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can ask")
def test_the_thread_of_the_sound_goes_before_the_others_where_it_may() -> None:
    best = _in_a_thread(_take_the_first_that_is_allowed)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    assert _in_a_thread(raise_priority) == best
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is asked of os")
def test_a_system_that_refuses_leaves_the_sound_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: int) -> None:
        raise OSError(errno.ENOSYS, "no such call")

    monkeypatch.setattr(os, "setpriority", refuse)
    assert _in_a_thread(raise_priority) == os.getpriority(os.PRIO_PROCESS, 0)


def _take_the_first_that_is_allowed() -> None:
    for nice in range(LINUX_NICE, 0):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
            return


def _in_a_thread(work: Callable[[], None]) -> int:
    """Return the priority of a thread that has done this."""
    priorities: list[int] = []

    def run() -> None:
        work()
        priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    (priority,) = priorities
    return priority
