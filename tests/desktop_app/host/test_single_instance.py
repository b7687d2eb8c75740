"""A second start on the same profile raises the first and hands over its link."""

import asyncio
import sys
from pathlib import Path

from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QApplication

from desktop_app.host.single_instance import SingleInstance, _name, hand_over

HAND_OVER = """
import sys
from pathlib import Path
from desktop_app.host.single_instance import hand_over
sys.exit(not hand_over(Path(sys.argv[1]), sys.argv[2]))
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
