"""Compiles the installer with makensis, on Windows or on Debian."""

import subprocess
from pathlib import Path

from build_scripts.packaging.version import Version
from build_scripts.windows.icon import write_ico

SCRIPT = Path(__file__).parent / "installer.nsi"


def compile_installer(
    payload: Path, work: Path, out: Path, version: Version, *, quick: bool
) -> Path:
    """Return the installer of the files below payload, whose program is passerby.exe."""
    icon = write_ico(work / "passerby.ico")
    made = out / f"Passerby-{version.python}-windows-x86_64.exe"
    defines = {
        "VERSION": version.python,
        "NUMBERS": ".".join(map(str, version.windows)),
        "PAYLOAD": payload.as_posix(),
        "OUTPUT": str(made),
        "ICON": str(icon),
        "COMPRESSOR": "zlib" if quick else "lzma",
    }
    subprocess.run(
        [
            *("makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8"),
            *(f"-D{name}={value}" for name, value in defines.items()),
            str(SCRIPT),
        ],
        check=True,
    )
    return made
