"""The finished files by name, for each system."""

import functools
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from build_scripts.linux import appdir, archive, deb
from build_scripts.macos import image
from build_scripts.packaging import checksums, sbom
from build_scripts.packaging.bundle import Part, build_bundle
from build_scripts.packaging.stage import make_stage
from build_scripts.packaging.version import Version
from build_scripts.server import deb as server_deb
from build_scripts.windows import installer


class ToolMissing(Exception):
    """A program of the system that a target needs is not installed."""


class Build:
    """One run: its version, its folders, and the bundles that its targets share."""

    def __init__(self, version: Version, work: Path, out: Path, *, quick: bool) -> None:
        self.version = version
        self.work = work
        self.out = out
        self.quick = quick
        work.mkdir(parents=True, exist_ok=True)

    @functools.cached_property
    def stage(self) -> Path:
        return make_stage(self.work / "stage", self.version)

    @functools.cached_property
    def desktop(self) -> Path:
        return build_bundle(Part.DESKTOP, self.stage, self.work, self.version)

    @functools.cached_property
    def server(self) -> Path:
        return build_bundle(Part.SERVER, self.stage, self.work, self.version)

    def both(self) -> None:
        """Build both bundles at the same time; each is mostly one busy process."""
        stage = self.stage
        with ThreadPoolExecutor() as pool:
            desktop = pool.submit(build_bundle, Part.DESKTOP, stage, self.work, self.version)
            self.server = build_bundle(Part.SERVER, stage, self.work, self.version)
            self.desktop = desktop.result()

    def finish(self) -> None:
        """Write what is in the bundles that were made, and the checksums of every file."""
        for name in ("desktop", "server"):
            if name in self.__dict__:  # made by a target, and kept by cached_property
                sbom.write(getattr(self, name), self.out, self.version)
        checksums.write(self.out)


@dataclass(frozen=True)
class Target:
    """make yields each finished file or folder; is_usual: built when no target is named."""

    make: Callable[[Build], Iterable[Path]]
    is_usual: bool = True


def targets_of(system: str) -> dict[str, Target]:
    """The targets that can be built on a system, a value of sys.platform."""
    common = {"bundle": Target(_bundle, is_usual=False)}
    return {**common, **_TARGETS.get(system, {})}


def groups_of(system: str) -> dict[str, tuple[str, ...]]:
    """Names for several targets at once, of those that can be built on a system."""
    there = targets_of(system)
    return {name: group for name, group in _GROUPS.items() if set(group) <= set(there)}


def _bundle(build: Build) -> Iterable[Path]:
    yield build.desktop


def _deb(build: Build) -> Iterable[Path]:
    yield deb.make(build.desktop, build.work, build.out, build.version, quick=build.quick)


def _tar(build: Build) -> Iterable[Path]:
    yield archive.make(build.desktop, build.work, build.out, build.version, quick=build.quick)


def _appdir(build: Build) -> Iterable[Path]:
    yield appdir.make(build.desktop, build.work, build.version)


def _appimage(build: Build) -> Iterable[Path]:
    if shutil.which("appimagetool") is None:
        raise ToolMissing("appimagetool is not installed; docs/platforms.md says where it is had")
    folder = appdir.make(build.desktop, build.work, build.version)
    yield appdir.make_image(folder, build.out, build.version)


def _server_deb(build: Build) -> Iterable[Path]:
    yield server_deb.make(build.server, build.work, build.out, build.version, quick=build.quick)


def _nsis(build: Build) -> Iterable[Path]:
    yield installer.compile_installer(
        build.desktop, build.work, build.out, build.version, quick=build.quick
    )


def _dmg(build: Build) -> Iterable[Path]:
    app = build.desktop.parent / "Passerby.app"
    image.add_languages(app)
    image.sign(app)
    made = image.make_dmg(app, build.work, build.out, build.version)
    if not image.notarize(made):
        print("dmg: not notarized, for there are no secrets")
    yield made


_GROUPS = {
    "linux": ("deb", "tar", "appdir"),
    "server": ("server-deb",),
    "windows": ("nsis",),
    "macos": ("dmg",),
}
_TARGETS = {
    "linux": {
        "deb": Target(_deb),
        "tar": Target(_tar),
        "appdir": Target(_appdir),
        "appimage": Target(_appimage, is_usual=False),
        "server-deb": Target(_server_deb),
    },
    "win32": {"nsis": Target(_nsis)},
    "darwin": {"dmg": Target(_dmg)},
}
