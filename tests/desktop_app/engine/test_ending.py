"""An engine leaves nothing behind, however it or its interface ends."""

import os
import signal
import subprocess
import sys
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import psutil

from desktop_app import engine_messages as messages
from tests.desktop_app.engine import calls
from tests.desktop_app.engine.engine_driver import EngineDriver

PARENT = """
import multiprocessing, sys, time
from tests.desktop_app.engine.engine_driver import EngineDriver
from desktop_app import engine_messages as messages

if __name__ == "__main__":
    with EngineDriver() as engine:
        engine.send(messages.OpenCamera(stand_in=True))
        engine.wait(messages.DeviceOpened)
        names = " ".join(block.name for block in engine.blocks.values())
        print(engine.process.pid, names, flush=True)
        time.sleep(60)
"""


def test_quit_ends_the_process_with_its_devices_open() -> None:
    with EngineDriver() as engine:
        calls.open_devices(engine, 440.0)
        engine.wait(messages.DeviceOpened)
        engine.send(messages.Quit())
        engine.process.join(5)
        assert engine.process.exitcode == 0


def test_a_closed_pipe_ends_the_process() -> None:
    with EngineDriver() as engine:
        calls.open_devices(engine, 440.0)
        engine.wait(messages.DeviceOpened)
        # A second end in the reading thread keeps the pipe open: shut it down for both.
        engine.shut_pipe()
        engine.process.join(5)
        assert engine.process.exitcode == 0


def test_a_killed_interface_leaves_no_engine(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    assert parent.stdout is not None
    pid, *blocks = parent.stdout.readline().split()
    engine = psutil.Process(int(pid))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    psutil.wait_procs([engine], timeout=5)
    assert not engine.is_running()
    for name in blocks:
        _remove_orphan(name)


def _remove_orphan(name: str) -> None:
    """The blocks belonged to the interface that was killed, not to the engine."""
    try:
        block = SharedMemory(name=name)
    except FileNotFoundError:
        return
    block.close()
    block.unlink()


def test_the_blocks_are_left_to_the_interface() -> None:
    with EngineDriver() as engine:
        engine.send(messages.Quit())
        engine.process.join(5)
        for block in engine.blocks.values():
            again = SharedMemory(name=block.name)
            again.close()
