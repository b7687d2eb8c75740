"""The files below usr/ that the .deb and the AppDir share."""

import datetime
import shutil
from pathlib import Path

from build_scripts.icon import png
from build_scripts.packaging.version import ROOT, Version, source_date_epoch

HERE = Path(__file__).parent
APPSTREAM_ID = "io.github.passerby.Passerby"
ICON_SIZES = (16, 32, 48, 64, 128, 256, 512)


def install(bundle: Path, usr: Path, version: Version) -> None:
    """Put the bundle and everything a desktop wants to know of it below usr."""
    program = usr / "lib" / "passerby"
    shutil.copytree(bundle, program, symlinks=True)
    commands = usr / "bin"
    commands.mkdir(parents=True)
    (commands / "passerby").symlink_to("../lib/passerby/passerby")
    _copy(HERE / "passerby.desktop", usr / "share/applications/passerby.desktop")
    fill(
        HERE / f"{APPSTREAM_ID}.metainfo.xml",
        usr / f"share/metainfo/{APPSTREAM_ID}.metainfo.xml",
        version,
    )
    fill(HERE / "passerby.1", usr / "share/man/man1/passerby.1", version)
    _install_icons(usr / "share/icons/hicolor")


def _install_icons(folder: Path) -> None:
    _copy(ROOT / "resources/icons/passerby.svg", folder / "scalable/apps/passerby.svg")
    for size in ICON_SIZES:
        path = folder / f"{size}x{size}/apps/passerby.png"
        path.parent.mkdir(parents=True)
        path.write_bytes(png(size))


def fill(source: Path, target: Path, version: Version) -> None:
    """Copy a text with its version and date."""
    date = datetime.datetime.fromtimestamp(source_date_epoch(), datetime.UTC).date().isoformat()
    text = source.read_text(encoding="utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace("@VERSION@", version.python).replace("@DATE@", date), "utf-8")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
