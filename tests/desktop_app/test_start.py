"""What a start imports before its window is there, in a real process."""

import json
import os
import subprocess
import sys

import pytest

DEADLINE_S = 60.0
IMPORTED = """
import json, sys
from desktop_app import start
before_the_engine = sorted(sys.modules)
from desktop_app import bootstrap
print(json.dumps([before_the_engine, sorted(sys.modules)]))
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
