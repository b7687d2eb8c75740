"""The AppDir, and the AppImage of it where appimagetool is installed."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from build_scripts.linux import tree
from build_scripts.packaging.version import Version, source_date_epoch

APP_RUN = """#!/bin/sh
# Start Passerby from wherever this folder, or the image of it, lies.
here="$(dirname "$(readlink -f "$0")")"
exec "$here/usr/lib/passerby/passerby" "$@"
"""


def make(bundle: Path, work: Path, version: Version) -> Path:
    """Return the folder, below work."""
    root = work / "Passerby.AppDir"
    shutil.rmtree(root, ignore_errors=True)
    tree.install(bundle, root / "usr", version)
    run = root / "AppRun"
    run.write_text(APP_RUN)
    run.chmod(0o755)
    (root / "passerby.desktop").symlink_to("usr/share/applications/passerby.desktop")
    (root / "passerby.svg").symlink_to("usr/share/icons/hicolor/scalable/apps/passerby.svg")
    (root / ".DirIcon").symlink_to("usr/share/icons/hicolor/256x256/apps/passerby.png")
    return root


def make_image(folder: Path, out: Path, version: Version) -> Path:
    """Run appimagetool, which fetches its run time from the internet unless it is told where."""
    made = out / f"Passerby-{version.python}-{platform.machine()}.AppImage"
    runtime = os.environ.get("APPIMAGE_RUNTIME")
    subprocess.run(
        [
            "appimagetool",
            *(("--runtime-file", runtime) if runtime else ()),
            *(str(folder), str(made)),
        ],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date_epoch())},
    )
    return made
