"""The licences of everything in a bundle, as one text that comes with it."""

from importlib.metadata import Distribution
from pathlib import Path

from build_scripts.packaging.contents import NativeLibrary, native_libraries, python_packages

NAME = "third-party-licences.txt"
TEXTS = Path(__file__).parent.parent / "licences"
LICENCE_FILES = ("licen", "copying", "notice", "authors")
_LINE = "=" * 90

HEAD = """\
Passerby is free software under the GNU Affero General Public License, version 3 or later.
It comes with the parts below. Each library is a file of its own beside the program, and may be
exchanged for another version of it, as the LGPL provides. The source code of the parts is had
from their home pages, in the versions named here.
"""


def write(bundle: Path) -> Path:
    """Write the text into the bundle's resources, beside which About looks for it."""
    folder = bundle / "_internal" / "resources"
    folder.mkdir(exist_ok=True)
    natives = native_libraries(bundle)
    parts = [HEAD, *(_package(package) for package in python_packages(bundle))]
    parts += [_native(library) for library in natives]
    used = sorted({library.licence for library in natives} | {"PSF-2.0"})
    for licence in used:
        text = (TEXTS / f"{licence}.txt").read_text(encoding="utf-8")
        parts.append(f"{_LINE}\nThe text of {licence}\n\n{text}")
    written = folder / NAME
    written.write_text("\n".join(parts), encoding="utf-8")
    return written


def _package(package: Distribution) -> str:
    named = [
        package.metadata[key]
        for key in ("License-Expression", "License")
        if key in package.metadata
    ]
    licence = named[0] if named else ""
    texts = [
        file.read_text(encoding="utf-8")
        for file in package.files or ()
        if any(part in file.name.lower() for part in LICENCE_FILES)
        and file.suffix.lower() in ("", ".txt", ".md", ".rst", ".apache", ".bsd")
        and Path(str(file.locate())).is_file()
    ]
    head = (
        f"{_LINE}\n{package.name} {package.version}\n{licence.splitlines()[0] if licence else ''}\n"
    )
    return "\n".join([head, *texts])


def _native(library: NativeLibrary) -> str:
    files = "\n".join(f"    {file}" for file in library.files)
    return (
        f"{_LINE}\n{library.name} ({library.licence})\n"
        f"Copyright (c) {library.owner}\n{library.home}\n{files}\n"
    )
