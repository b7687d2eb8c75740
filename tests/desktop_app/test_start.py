"""What a start imports before its window is there, and what it does without a display, without a
home or beside another one, in real processes.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEADLINE_S = 60.0
IMPORTED = """
import json, sys
from desktop_app import start
before_the_engine = sorted(sys.modules)
from desktop_app import bootstrap
print(json.dumps([before_the_engine, sorted(sys.modules)]))
"""

AT_ONCE = """
import sys
from desktop_app import start
from desktop_app.__main__ import main
print("ready", flush=True)
sys.stdin.readline()
main()
"""
WITHOUT_ACCOUNT = """
import pwd, sys

def nobody(_):
    raise KeyError

pwd.getpwuid = nobody
from desktop_app.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def imported() -> tuple[set[str], set[str]]:
    """The modules that are there when the engine is spawned, and when the window is built."""
    told = subprocess.run(
        [sys.executable, "-c", IMPORTED],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        timeout=DEADLINE_S,
        check=True,
    ).stdout
    before, after = json.loads(told)
    return set(before), set(after)


def test_what_the_window_does_not_show_is_not_imported_before_it(imported: tuple[set[str], ...]):
    later = {"aiohttp", "cryptography", "certifi", "http.client", "desktop_app.automation"}
    assert not later & imported[1]
    assert "desktop_app.ui.main_window" in imported[1]


def test_what_the_engine_needs_is_imported_by_its_process_alone(imported: tuple[set[str], ...]):
    engines = {"aiortc", "av", "cv2", "numpy", "livekit", "PySide6.QtMultimedia"}
    assert not engines & imported[1]
    assert "desktop_app.engine.entry" in imported[0]


def test_of_the_icons_only_the_font_is_used(imported: tuple[set[str], ...]):
    assert not {"qtawesome", "qtpy"} & imported[1]
    assert "desktop_app.ui.icons" in imported[1]


def test_the_engine_is_spawned_before_the_window_is_imported(imported: tuple[set[str], ...]):
    assert not [name for name in imported[0] if name.startswith("desktop_app.ui")]
    assert not [name for name in imported[0] if name.startswith("desktop_app.session")]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
@pytest.mark.parametrize("display", ["", ":4077"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en_GB", "There is no display"), ("fr_FR", "Il n\u2019y a pas d\u2019écran")],
)
def test_without_a_display_a_sentence_says_so(
    tmp_path: Path, display: str, language: str, words: str
):
    without = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "LANGUAGE", "LC_MESSAGES"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    locale = f"{language}.UTF-8"
    ended = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--profile", tmp_path],
        env={**environment, "DISPLAY": display, "LC_ALL": locale, "LANG": locale},
        stderr=subprocess.PIPE,
        timeout=DEADLINE_S,
        check=False,
    )

    assert ended.returncode == 1
    assert words in ended.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has a home")
def test_without_a_home_a_sentence_says_so_too():
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in places}
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_ACCOUNT],
        env={**environment, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "en_GB.UTF-8"},
        stderr=subprocess.PIPE,
        timeout=DEADLINE_S,
        check=False,
    )

    assert ended.returncode == 1
    assert "passerby: There is no home folder" in ended.stderr.decode()


async def test_two_starts_at_the_same_moment_make_one_window(tmp_path: Path):
    both = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", AT_ONCE, "--automation", "--profile", str(tmp_path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None and process.stdin is not None
        assert (await process.stdout.readline()).strip() == b"ready"
    for process in both:
        process.stdin.write(b"\n")
    ends = [asyncio.create_task(_exit_code(process)) for process in both]
    try:
        ended, _ = await asyncio.wait(ends, timeout=DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
        assert [end.result() for end in ended] == [0]
    finally:
        for process in both:
            if process.returncode is None:
                process.kill()
        await asyncio.gather(*ends)


async def _exit_code(process: asyncio.subprocess.Process) -> int:
    assert process.stdout is not None
    await process.stdout.read()
    return await process.wait()
