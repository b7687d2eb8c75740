"""The tar.xz for systems without .deb: unpacked anywhere, it runs."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from build_scripts.linux import tree
from build_scripts.packaging.version import Version, source_date_epoch


def make(bundle: Path, work: Path, out: Path, version: Version, *, quick: bool) -> Path:
    """Return the archive, written into out."""
    name = f"passerby-{version.python}-linux-{platform.machine()}"
    root = work / "tar" / name
    shutil.rmtree(root.parent, ignore_errors=True)
    tree.install(bundle, root / "usr", version)
    (root / "passerby").symlink_to("usr/lib/passerby/passerby")
    made = out / f"{name}.tar.xz"
    subprocess.run(
        [
            *("tar", "--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"),
            *("--mode=go=rX,u+rw,a-s", f"--mtime=@{source_date_epoch()}"),
            *("--use-compress-program", "xz -T0 -0" if quick else "xz -T0 -6"),
            *("--file", str(made), "--directory", str(root.parent), name),
        ],
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    return made
