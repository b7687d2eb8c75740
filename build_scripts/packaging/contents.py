"""What a finished bundle really holds: Python packages and native libraries."""

import importlib.metadata
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader

TABLE = Path(__file__).parent / "native_libraries.toml"
_OWN = {"passerby"}
_NATIVE = re.compile(
    r"^(?:lib)?(?P<name>.+?)(?:-[0-9a-f]{8})*(?:\.so[.\d]*|[.\d]*\.dylib|[-.\d]*\.dll)$"
)
_EXTENSION = re.compile(r"\.(abi3|cpython-\w+|cp\d+-win\w*|pyd)")


class LibraryUnknown(Exception):
    """A native library in the bundle stands in no row of native_libraries.toml."""


@dataclass(frozen=True)
class NativeLibrary:
    """files are paths inside the bundle."""

    name: str
    licence: str
    owner: str
    home: str
    files: tuple[str, ...]


def python_packages(bundle: Path) -> list[Distribution]:
    """The installed packages that any module or file of the bundle comes from."""
    names: set[str] = set()
    owners = importlib.metadata.packages_distributions()
    for module in _frozen_modules(bundle):
        names.update(owners.get(module.split(".")[0], ()))
    inside = {path.relative_to(bundle / "_internal").as_posix() for path in _files(bundle)}
    found = {}
    for distribution in importlib.metadata.distributions():
        files = {file.as_posix() for file in distribution.files or ()}
        libraries = {file for file in files & inside if ".dist-info/" not in file}
        if libraries or distribution.name in names:
            found[distribution.name] = distribution
    return [found[name] for name in sorted(found, key=str.lower) if name not in _OWN]


def native_libraries(bundle: Path) -> list[NativeLibrary]:
    """Everything native but the packages' own modules; raises LibraryUnknown."""
    rows = {
        re.compile(f"(?:{pattern})"): row
        for pattern, row in tomllib.loads(TABLE.read_text()).items()
    }
    found: dict[tuple[str, str, str, str], list[str]] = {}
    unknown = []
    for path in _files(bundle):
        native = _NATIVE.match(path.name)
        if native is None or _EXTENSION.search(path.name) or "plugins" in path.parts:
            continue
        row = next(
            (row for pattern, row in rows.items() if pattern.fullmatch(native["name"])), None
        )
        if row is None:
            unknown.append(path.name)
        else:
            found.setdefault((row[0], row[1], row[2], row[3]), []).append(
                path.relative_to(bundle).as_posix()
            )
    if unknown and sys.platform == "linux":
        raise LibraryUnknown(f"in no row of {TABLE.name}: {', '.join(unknown)}")
    return [NativeLibrary(*row, tuple(files)) for row, files in sorted(found.items())]


def _files(bundle: Path) -> list[Path]:
    return [
        path
        for path in sorted((bundle / "_internal").rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]


def _frozen_modules(bundle: Path) -> set[str]:
    suffix = ".exe" if sys.platform == "win32" else ""
    archive = CArchiveReader(str(bundle / (bundle.name + suffix)))
    return set(archive.open_embedded_archive("PYZ.pyz").toc)
