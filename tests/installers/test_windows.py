"""The installer for Windows, compiled by makensis and run under wine64 with a stand-in payload."""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from build_scripts.packaging.version import Version
from build_scripts.windows.icon import SIZES, write_ico
from build_scripts.windows.installer import compile_installer
from build_scripts.windows.version_resource import version_resource

WINE = shutil.which("wine64") or "/usr/lib/wine/wine64"
PROGRAM = r"AppData\Local\Programs\Passerby"
pytestmark = pytest.mark.timeout(900)

needs_wine = pytest.mark.skipif(
    sys.platform != "linux" or not (Path(WINE).exists() and shutil.which("makensis")),
    reason="makensis and wine64 are not installed",
)


@dataclass
class Windows:
    """A fresh drive C of a person, and the commands of Windows on it."""

    prefix: Path

    def run(self, *words: str) -> str:
        """Run a program to its end; AssertionError when it fails."""
        environment = {
            "HOME": str(self.prefix.parent),
            "PATH": os.environ["PATH"],
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
            "WINEARCH": "win64",
        }
        ended = subprocess.run(
            [WINE, *words], env=environment, capture_output=True, check=False, timeout=400
        )
        assert ended.returncode == 0, f"{words}: {ended.returncode} {ended.stderr.decode()[-500:]}"
        return ended.stdout.decode(errors="replace")

    def registry(self, key: str) -> str:
        """Return what stands under a key of the person's, "" when it is not there."""
        try:
            return self.run("reg", "query", rf"HKCU\{key}", "/s")
        except AssertionError:
            return ""

    @property
    def home(self) -> Path:
        return next(
            path for path in (self.prefix / "drive_c/users").iterdir() if path.name != "Public"
        )

    def installed(self) -> set[str]:
        folder = self.home / PROGRAM.replace("\\", "/")
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    windows = Windows(tmp_path_factory.mktemp("wine") / "prefix")
    windows.run("wineboot", "--init")
    yield windows
    windows.run("wineboot", "--shutdown")


def setup_of(folder: Path, version: str, *files: str) -> Path:
    """Compile an installer whose payload is a program of Windows itself and some files."""
    payload = folder / version / "payload"
    for name in ("passerby.exe", *files):
        path = payload / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(version)
    return compile_installer(payload, folder, folder, Version(version), quick=True)


@needs_wine
def test_it_installs_upgrades_and_uninstalls_without_a_question(windows: Windows, tmp_path: Path):
    old = setup_of(tmp_path, "0.1.0", "_internal/old.dll", "_internal/both.dll")
    new = setup_of(tmp_path, "0.2.0", "_internal/new.dll", "_internal/both.dll")
    program = windows.home / PROGRAM.replace("\\", "/")
    shortcut = windows.home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Passerby.lnk"
    uninstall = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Passerby"

    windows.run(str(old), "/S")

    assert windows.installed() == {
        "passerby.exe",
        "uninstall.exe",
        "_internal/old.dll",
        "_internal/both.dll",
    }
    assert shortcut.exists()
    assert "0.1.0" in windows.registry(uninstall)
    handler = windows.registry(r"Software\Classes\passerby")
    assert "URL Protocol" in handler and 'passerby.exe" "%1"' in handler

    (program / "kept by the person.txt").write_text("mine")
    windows.run(str(new), "/S")

    assert "_internal/old.dll" not in windows.installed()
    assert (program / "_internal/both.dll").read_text() == "0.2.0"
    assert "0.2.0" in windows.registry(uninstall)

    # _? keeps the uninstaller in this process, so that its end can be waited for.
    windows.run(str(program / "uninstall.exe"), "/S", rf"_?=C:\users\{windows.home.name}\{PROGRAM}")

    assert windows.installed() - {"uninstall.exe"} == {"kept by the person.txt"}
    assert not shortcut.exists()
    assert windows.registry(uninstall) == ""
    assert windows.registry(r"Software\Classes\passerby") == ""
    assert windows.registry(r"Software\Passerby") == ""


def test_the_icon_holds_a_picture_of_every_size(tmp_path: Path):
    content = write_ico(tmp_path / "passerby.ico").read_bytes()

    assert struct.unpack_from("<HHH", content) == (0, 1, len(SIZES))
    for place, size in enumerate(SIZES):
        width, *_, length, offset = struct.unpack_from("<BBBBHHII", content, 6 + 16 * place)
        assert (width or 256) == size
        assert content[offset : offset + 8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack_from(">II", content, offset + 16) == (size, size)
        assert offset + length <= len(content)


def test_the_version_resource_says_the_version_in_numbers_and_words():
    """PyInstaller evaluates it with classes of these names; its own need a Windows library."""

    def keep(*parts: object, **fields: object) -> tuple[object, ...]:
        return (*parts, *fields.items())

    classes = (
        "VSVersionInfo FixedFileInfo StringFileInfo StringTable StringStruct VarFileInfo VarStruct"
    )

    made = eval(
        version_resource(Version("0.2.1", 3, "abc1234")), dict.fromkeys(classes.split(), keep)
    )

    assert "('filevers', (0, 2, 1, 3))" in str(made)
    assert "('ProductVersion', '0.2.1.post3+gabc1234')" in str(made)
