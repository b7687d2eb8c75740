"""The .deb of the application."""

import shutil
from pathlib import Path

from build_scripts.linux import package, tree
from build_scripts.packaging.version import Version

HERE = Path(__file__).parent

DEPENDS = (
    "ca-certificates",
    "fonts-dejavu-core | fonts-noto-core | fonts-liberation | fonts-freefont-ttf",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libpulse0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libxcb1",
    "libxext6",
    "libxrandr2",
)
"""What PyInstaller leaves to the system, found by an ldd sweep in a minimal Debian."""

DESCRIBED = package.Description(
    name="passerby",
    section="net",
    summary="meet strangers by webcam",
    text="""
Press F9 and a new person is there; press it again and the next one is. No
account, with or without a camera. Picture, sound and text go from one
computer to the other, encrypted from end to end.
.
Qt, FFmpeg and Python come with the package, each as a library of its own
that can be exchanged.
""",
    depends=DEPENDS,
    recommends=("fonts-noto-color-emoji", "xdg-utils"),
)


def make(bundle: Path, work: Path, out: Path, version: Version, *, quick: bool) -> Path:
    """Return the .deb, written into out."""
    root = work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    tree.install(bundle, root / "usr", version)
    package.compress(root / "usr/share/man/man1/passerby.1")
    documents = root / "usr/share/doc/passerby"
    package.write_changelog(documents, "passerby", version)
    shutil.copyfile(HERE / "copyright", documents / "copyright")
    overrides = root / "usr/share/lintian/overrides/passerby"
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(HERE / "lintian-overrides", overrides)
    return package.build(root, out, DESCRIBED, version, quick=quick)
