"""The bundle stands by itself: from another path, with an empty environment and home."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from build_scripts.packaging import elf, sbom
from build_scripts.packaging.version import Version
from tests.installers.conftest import Built

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def moved(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle under a name that no build has seen, with a space and an accent in it."""
    target = tmp_path_factory.mktemp("elsewhere") / "où que ce soit"
    shutil.copytree(built.desktop, target, symlinks=True, copy_function=os.link)
    return target / "passerby"


def test_the_self_test_passes_from_another_path(moved: Path, tmp_path: Path):
    ended = subprocess.run(
        [str(moved), "--self-test", "--json"],
        env={"HOME": str(tmp_path)},
        cwd="/",
        capture_output=True,
        check=False,
        timeout=400,
    )

    report = json.loads(ended.stdout)
    assert {name: check for name, check in report["checks"].items() if not check["ok"]} == {}
    assert ended.returncode == 0


def test_the_self_test_fails_when_something_is_missing(moved: Path, tmp_path: Path):
    left_out = moved.parent / "_internal/resources/translations/passerby_fr.qm"
    left_out.unlink()

    ended = subprocess.run(
        [str(moved), "--self-test", "--json"],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=400,
    )

    report = json.loads(ended.stdout)
    failed = [name for name, check in report["checks"].items() if not check["ok"]]
    assert (failed, ended.returncode) == (["translations"], 1)


def test_nothing_in_it_names_the_machine_it_was_built_on(built: Built):
    listed = subprocess.run(
        ["readelf", "--dynamic", "--wide", *map(str, elf.elf_files(built.desktop))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = {line.split("[")[1].rstrip("]") for line in listed.splitlines() if "PATH)" in line}
    strangers = {
        path for each in paths for path in each.split(":") if not path.startswith("$ORIGIN")
    }
    assert strangers <= {"/usr/lib/x86_64-linux-gnu/pulseaudio"}


def test_everything_in_it_is_named_with_its_licence(built: Built):
    notices = (built.desktop / "_internal/resources/third-party-licences.txt").read_text()

    for part in ("Qt (LGPL", "x264 (GPL", "x265 (GPL", "OpenSSL (", "ICU (", "aiortc ", "PySide6"):
        assert part in notices, part
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in notices


def test_the_bill_of_materials_is_valid_and_says_what_is_there(built: Built, tmp_path: Path):
    written = sbom.write(built.desktop, tmp_path, Version("0.2.0")).read_text()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    names = {component["name"] for component in json.loads(written)["components"]}
    assert {"Python", "aiortc", "av", "x264", "Qt", "OpenSSL"} <= names
