"""What a crash leaves is told once, at the next start; an orderly end leaves nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app import crashes

WATCH = "import sys; from pathlib import Path; from desktop_app import crashes; crashes.watch(Path(sys.argv[1]), part='interface'); "


def die(folder: Path, how: str) -> None:
    subprocess.run(
        [sys.executable, "-c", WATCH + how, str(folder)], check=False, capture_output=True
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
def test_a_native_crash_is_told_once_with_its_trace(tmp_path: Path):
    die(tmp_path, "import faulthandler; faulthandler._sigsegv()")

    report = crashes.take_report(tmp_path)
    assert "Segmentation fault" in report and "interface:" in report
    assert crashes.take_report(tmp_path) == ""


def test_an_exception_that_nobody_caught_is_told_without_the_name_of_the_home(tmp_path: Path):
    die(tmp_path, f"crashes.note(ValueError('in {Path.home()}/somewhere')); crashes.end_well()")

    report = crashes.take_report(tmp_path)
    assert "ValueError: in ~/somewhere" in report
    assert str(Path.home()) not in report


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has a home")
def test_an_account_without_a_home_is_told_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def nobody(_: int) -> object:
        raise KeyError

    die(tmp_path, "crashes.note(ValueError('somewhere')); crashes.end_well()")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)

    assert "ValueError: somewhere" in crashes.take_report(tmp_path)


@pytest.mark.parametrize("end", ["crashes.end_well()", "import os; os.kill(os.getpid(), 9)"])
def test_an_orderly_end_and_a_kill_leave_no_report(tmp_path: Path, end: str):
    die(tmp_path, end)

    assert crashes.take_report(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_the_engine_writes_where_the_interface_said(tmp_path: Path):
    child = "import subprocess; subprocess.run([sys.executable, '-c', 'from desktop_app import crashes; crashes.watch(part=\"engine\"); import faulthandler; faulthandler._sigsegv()']); crashes.end_well()"
    die(tmp_path, child)

    assert "engine:" in crashes.take_report(tmp_path)


def test_a_folder_that_cannot_be_written_to_stops_nothing(tmp_path: Path):
    (tmp_path / "file").write_text("")
    die(tmp_path / "file", "print('went on')")
