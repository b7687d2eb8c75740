"""What run and test find missing on a machine, with that machine's dpkg-query played."""

import os
import subprocess
from pathlib import Path

import pytest

ENVIRONMENT = Path(__file__).parents[2] / "build_scripts" / "environment.sh"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that comes first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def run(machine: Path, command: str) -> subprocess.CompletedProcess[str]:
    script = f"set -euo pipefail; ROOT={machine}; . {ENVIRONMENT}; {command}"
    environment = {**os.environ, "PATH": f"{machine}:{os.environ['PATH']}", "HOME": str(machine)}
    return subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=30
    )


def missing(machine: Path, tmp_path: Path, installed: str, wanted: str) -> list[str]:
    put(machine, "dpkg-query", f"cat <<'END'\n{installed}END")
    packages = tmp_path / "packages.txt"
    packages.write_text(wanted)
    return run(machine, f"missing_packages {packages}").stdout.splitlines()


def test_only_what_is_not_installed_is_missing(machine: Path, tmp_path: Path) -> None:
    installed = "installed, libgl1, \nconfig-files, libegl1, \n"
    assert missing(machine, tmp_path, installed, "# Qt\nlibgl1\nlibegl1\n") == ["libegl1"]


def test_a_package_that_another_name_provides_is_there(machine: Path, tmp_path: Path) -> None:
    installed = "installed, libglib2.0-0t64, libglib2.0-0 (= 2.80.0-6ubuntu3), libglib2.0-0:any\n"
    assert missing(machine, tmp_path, installed, "libglib2.0-0\n") == []


def test_one_of_the_alternatives_is_enough(machine: Path, tmp_path: Path) -> None:
    installed = "installed, chromium-browser, \n"
    wanted = "chromium | chromium-browser\nffmpeg\n"
    assert missing(machine, tmp_path, installed, wanted) == ["ffmpeg"]


def test_somebody_who_may_not_install_is_told_the_command(machine: Path, tmp_path: Path) -> None:
    put(machine, "id", "echo 1000")
    put(machine, "sudo", "exit 1")
    put(machine, "dpkg-query", "echo installed, dpkg,")
    packages = tmp_path / "packages.txt"
    packages.write_text("libgl1\nxvfb\n")

    outcome = run(machine, f"install_packages {packages}")

    assert outcome.returncode == 1
    assert "sudo apt-get install libgl1 xvfb" in outcome.stderr


def test_an_environment_with_the_mark_of_its_lock_is_left_alone(
    machine: Path, tmp_path: Path
) -> None:
    (machine / "pyproject.toml").write_text("[project]\n")
    lock = tmp_path / "run.txt"
    lock.write_text("aiohttp==3\n")
    python = machine / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    put(python.parent, "python", "echo Python 3.11.2")
    run(machine, f"lock_mark {machine}/venv {lock} > {machine}/venv/run.txt.mark")

    assert run(machine, f"holds_lock {machine}/venv {lock}").returncode == 0
    lock.write_text("aiohttp==4\n")
    assert run(machine, f"holds_lock {machine}/venv {lock}").returncode == 1
