"""The application's beginning and end where the machine does not help: real processes."""

import asyncio
import json
import os
import sys
from pathlib import Path

from desktop_app.settings.store import SettingsStore

DEADLINE_S = 40.0
ENVIRONMENT = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

HANGING = """
import asyncio, os, sys, time
from PySide6.QtWidgets import QApplication
from desktop_app import event_loop

async def main(_):
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)

os._exit(event_loop.run(QApplication([]), main))
"""

FAILING = """
import asyncio, logging, threading
from PySide6.QtWidgets import QApplication
from desktop_app import event_loop

async def main(_):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

logging.basicConfig(format="the log: %(message)s")
event_loop.run(QApplication([]), main)
"""


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=ENVIRONMENT,
    )


async def _ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Wait for the end, forced after the deadline; the exit code and the standard error."""
    try:
        async with asyncio.timeout(DEADLINE_S):
            _, said = await process.communicate(b"")  # The end of its input asks it to quit.
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_thread_that_hangs_does_not_hold_up_the_end():
    assert (await _ended(await _start("-c", HANGING)))[0] == 0


async def test_what_goes_wrong_in_a_thread_is_in_the_log():
    code, said = await _ended(await _start("-c", FAILING))

    assert code == 0
    assert "the log: uncaught" in said
    assert "ZeroDivisionError" in said


async def test_a_profile_that_cannot_be_written_costs_only_log_and_settings(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    process = await _start("-m", "desktop_app", "--automation", "--profile", f"{tmp_path}/file/x")

    code, said = await _ended(process)

    assert code == 0, said
    assert "no log" in said


async def test_a_change_just_before_the_end_is_kept(tmp_path: Path):
    process = await _start("-m", "desktop_app", "--automation", "--profile", str(tmp_path))
    assert process.stdin is not None
    command = {"do": "change", "settings": {"volume": 0.25}}
    process.stdin.write(f'{json.dumps(command)}\n{{"do": "quit"}}\n'.encode())

    assert (await _ended(process))[0] == 0

    store = SettingsStore(tmp_path / "settings.json")
    assert store.value.volume == 0.25
    store.close()
