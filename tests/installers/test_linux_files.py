"""What Linux is told of the packages, looked at by the tools that distributions use."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from build_scripts.linux import appdir
from build_scripts.packaging.version import Version
from tests.installers.conftest import Built

pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).resolve().parent.parent.parent
EXPOSURE_MAX = 3.0


def passes(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_the_desktop_entry_is_valid():
    assert passes("desktop-file-validate", str(ROOT / "build_scripts/linux/passerby.desktop")) == ""


def test_the_unit_is_hardened():
    unit = ROOT / "build_scripts/server/passerby-server.service"
    said = passes("systemd-analyze", "security", "--offline=true", str(unit))

    exposure = re.search(r"exposure level for .*: ([\d.]+)", said)
    assert exposure is not None and float(exposure.group(1)) <= EXPOSURE_MAX


@pytest.fixture(scope="module")
def app_dir(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return appdir.make(built.desktop, tmp_path_factory.mktemp("appdir"), Version("0.2.0"))


def test_the_metainfo_is_valid(app_dir: Path):
    for path in (app_dir / "usr/share/metainfo").iterdir():
        passes("appstreamcli", "validate", "--no-net", str(path))


def test_the_appdir_starts_from_where_it_lies(app_dir: Path, tmp_path: Path):
    ended = subprocess.run(
        [str(app_dir / "AppRun"), "--version"],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.startswith("Passerby ")
    for name in ("passerby.desktop", "passerby.svg", ".DirIcon"):
        assert (app_dir / name).is_file()


def test_lintian_finds_nothing_that_is_not_answered_for(built: Built):
    said = passes("lintian", "--fail-on", "error,warning", "--allow-root", str(built.server_deb))

    assert [line for line in said.splitlines() if line[:2] in ("E:", "W:")] == []
