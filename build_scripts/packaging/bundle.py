"""Runs PyInstaller on the one spec, and looks whether the bundle stands by itself."""

import json
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

from build_scripts.macos.icon import write_icns
from build_scripts.macos.info import info_plist
from build_scripts.packaging import elf, notices
from build_scripts.packaging.version import ROOT, Version, source_date_epoch
from build_scripts.windows.icon import write_ico
from build_scripts.windows.version_resource import version_resource

SPEC = ROOT / "build_scripts" / "passerby.spec"


class Part(StrEnum):
    """What a bundle holds; the value is the name of its folder and program."""

    DESKTOP = "passerby"
    SERVER = "passerby-server"


class BundleIncomplete(Exception):
    """A library that the bundle needs is neither in it nor on this machine."""


def build_bundle(part: Part, stage: Path, work: Path, version: Version) -> Path:
    """Build one part from the staged sources and return its folder below work.

    Raises BundleIncomplete, or CalledProcessError when PyInstaller fails.
    """
    environment = {
        **os.environ,
        **_of_the_system(work, version),
        "PASSERBY_STAGE": str(stage),
        "PASSERBY_PART": part.value,
        "PASSERBY_VERSION": version.python,
        "SOURCE_DATE_EPOCH": str(source_date_epoch()),
        "PYTHONHASHSEED": "0",
        # The boot loader's own settings must not come from the machine it is built on.
        "PYTHONPATH": "",
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=ERROR"),
            *("--workpath", str(work / "analysis" / part), "--distpath", str(work / "bundles")),
            str(SPEC),
        ],
        check=True,
        env=environment,
        cwd=work,
    )
    folder = work / "bundles" / part
    if sys.platform == "linux":
        _finish_on_linux(folder)
    notices.write(folder)
    return folder


def _of_the_system(work: Path, version: Version) -> dict[str, str]:
    """What the spec wants to know besides on Windows and macOS."""
    if sys.platform == "win32":
        resource = work / "version_resource.txt"
        resource.write_text(version_resource(version), encoding="utf-8")
        icon = write_ico(work / "passerby.ico")
        return {"PASSERBY_VERSION_RESOURCE": str(resource), "PASSERBY_ICON": str(icon)}
    if sys.platform == "darwin":
        icon = write_icns(work / "passerby.icns")
        return {"PASSERBY_INFO_PLIST": json.dumps(info_plist(version)), "PASSERBY_ICON": str(icon)}
    return {}


def _finish_on_linux(folder: Path) -> None:
    internal = folder / "_internal"
    elf.remove_unneeded(internal)
    _strip(internal)
    _forget_build_machine(internal)
    for path in elf.elf_files(internal):
        elf.close_gaps(path)
    missing = elf.unresolved(folder)
    if missing:
        raise BundleIncomplete("not found by ldd: " + "; ".join(missing))


def _strip(internal: Path) -> None:
    """Take out symbols for debuggers, 50 MB, but none of Qt's.

    With Qt's libraries stripped QtMultimedia finds no back-end, and says so only in a warning.
    """
    for path in elf.elf_files(internal):
        if not path.is_relative_to(internal / "PySide6"):
            elf.strip(path)


def _forget_build_machine(internal: Path) -> None:
    """Have Python's own libraries look in the bundle, no longer where this Python was built."""
    modules = list(internal.glob("python3.*/lib-dynload/*.so"))
    for files, path in (
        (list(internal.glob("libpython*.so*")), "$ORIGIN"),
        (modules, "$ORIGIN/../.."),
    ):
        if files:
            subprocess.run(["patchelf", "--set-rpath", path, *map(str, files)], check=True)
