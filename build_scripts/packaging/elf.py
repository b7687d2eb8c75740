"""Which shared libraries the files of a Linux bundle need, and whether they are found."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ELF_MAGIC = b"\x7fELF"
_FILES_AT_ONCE = 100


def elf_files(folder: Path) -> list[Path]:
    """Every program and library in the folder, links left out."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and _begins_as_elf(path)
    ]


def needed_names(files: Iterable[Path]) -> set[str]:
    """The names of libraries that these files are linked with."""
    listed = _run_in_parts(["readelf", "--dynamic", "--wide"], files)
    return set(re.findall(r"\(NEEDED\).*\[(.+?)\]", listed))


def remove_unneeded(internal: Path) -> list[str]:
    """Remove the system's libraries that nothing in the bundle needs any more; return their names.

    They lie at the top of the folder. What a left-out plug-in was linked with stays behind
    otherwise, GTK for instance. Repeated, for one library needs the next.
    """
    removed: list[str] = []
    while True:
        needed = needed_names(elf_files(internal.parent))
        unneeded = [
            path
            for path in internal.glob("lib*.so*")
            if not path.is_symlink() and path.name not in needed and not _is_loaded_by_name(path)
        ]
        if not unneeded:
            return sorted(removed)
        for path in unneeded:
            path.unlink()
            removed.append(path.name)


def unresolved(folder: Path) -> list[str]:
    """Return "file: library" for each library that ldd does not find."""
    missing = []
    environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    for path in elf_files(folder):
        told = subprocess.run(
            ["ldd", str(path)], capture_output=True, text=True, check=False, env=environment
        )
        missing += [
            f"{path.relative_to(folder)}: {line.split()[0]}"
            for line in told.stdout.splitlines()
            if "not found" in line
        ]
    return missing


def _is_loaded_by_name(path: Path) -> bool:
    """Qt's TLS plug-in opens OpenSSL by name; the boot loader opens Python."""
    return path.name.startswith(("libssl", "libcrypto", "libpython"))


def _begins_as_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == ELF_MAGIC


def _run_in_parts(command: list[str], files: Iterable[Path]) -> str:
    return "".join(
        subprocess.run([*command, *part], capture_output=True, text=True, check=True).stdout
        for part in _parts([str(path) for path in files])
    )


def _parts(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _FILES_AT_ONCE):
        yield names[start : start + _FILES_AT_ONCE]
