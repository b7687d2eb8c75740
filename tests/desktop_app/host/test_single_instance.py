"""A second start on the same profile raises the first and hands over its link."""

import asyncio
import subprocess
import sys
from pathlib import Path

from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QApplication

from desktop_app.host.profile_lock import ProfileLock
from desktop_app.host.single_instance import SingleInstance, _name, enter, hand_over

HAND_OVER = """
import sys
from pathlib import Path
from desktop_app.host.single_instance import hand_over
sys.exit(not hand_over(Path(sys.argv[1]), sys.argv[2]))
"""
ENTER = """
import sys
from pathlib import Path
from desktop_app.host import single_instance

hand_over = single_instance.hand_over

def tell(*asked):
    answered = hand_over(*asked)
    print(answered, flush=True)
    return answered

single_instance.hand_over = tell
sys.exit(single_instance.enter(Path(sys.argv[1]), sys.argv[2]) is not None)
"""
HOLD = """
import sys
from pathlib import Path
from desktop_app.host.profile_lock import ProfileLock
lock = ProfileLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


async def test_a_second_start_raises_the_first_and_hands_over_its_link(
    application: QApplication, tmp_path: Path
):
    first = SingleInstance(tmp_path)
    taken: list[str] = []
    first.raised.connect(taken.append)

    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HAND_OVER, str(tmp_path), "passerby://example.org")
    )
    ended = asyncio.create_task(second.wait())
    async with asyncio.timeout(30):
        while not ended.done():
            application.processEvents()
            await asyncio.sleep(0)
    first.close()

    assert (ended.result(), taken) == (0, ["passerby://example.org"])


def test_the_first_start_finds_nobody_and_another_profile_is_another_instance(
    application: QApplication, tmp_path: Path
):
    first = SingleInstance(tmp_path / "one")

    assert not hand_over(tmp_path / "two", "")
    first.close()
    assert not hand_over(tmp_path / "one", "")


def test_what_a_killed_process_has_left_is_taken_over(application: QApplication, tmp_path: Path):
    left = QLocalServer()
    assert left.listen(_name(tmp_path))
    path = Path(left.fullServerName())
    kept = path.with_suffix(".kept")
    path.rename(kept)
    left.close()
    kept.rename(path)

    first = SingleInstance(tmp_path)
    assert first._server.isListening()
    first.close()


async def test_of_two_starts_at_the_same_moment_one_waits_for_the_other(
    application: QApplication, tmp_path: Path
):
    lock = enter(tmp_path, "")
    assert lock is not None
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ENTER, str(tmp_path), "passerby://example.org"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert second.stdout is not None
    taken: list[str] = []
    async with asyncio.timeout(30):
        assert (await second.stdout.readline()).strip() == b"False"
        first = SingleInstance(tmp_path)
        first.raised.connect(taken.append)
        ended = asyncio.create_task(second.wait())
        while not ended.done():
            application.processEvents()
            await asyncio.sleep(0)
    first.close()

    assert (ended.result(), taken) == (0, ["passerby://example.org"])


def test_a_process_that_is_killed_gives_its_profile_back(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"True"
        assert not ProfileLock(tmp_path).take()
        holder.kill()

    assert ProfileLock(tmp_path).take()


def test_a_profile_that_cannot_be_written_is_entered_without_a_lock(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")

    assert enter(tmp_path / "file" / "x", "") is not None
