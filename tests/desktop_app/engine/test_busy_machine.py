"""A machine that is too busy: its voice goes before its pictures, and loses nothing."""

import os
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop_app.engine.sound_priority import LINUX_NICE, raise_priority
from tests.desktop_app.engine.pulse_audio import SoundServer

DEADLINE_S = 60
CAP_SYS_NICE = 1 << 23


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
    assert float(done.stdout) > 0.7


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can ask")
def test_the_thread_of_the_sound_goes_before_the_others_where_it_may() -> None:
    priorities: list[int] = []

    def run() -> None:
        raise_priority()
        priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, 0)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert priorities == [LINUX_NICE if _may_raise() else before]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def _may_raise() -> bool:
    status = Path("/proc/self/status").read_text()
    granted = int(status.partition("CapEff:")[2].split()[0], 16)
    limit = resource.getrlimit(resource.RLIMIT_NICE)[0]
    return bool(granted & CAP_SYS_NICE) or limit >= 20 - LINUX_NICE
