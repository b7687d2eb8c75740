"""Which shared libraries the files of a Linux bundle need, and whether they are found."""

import os
import re
import struct
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from subprocess import DEVNULL

ELF_MAGIC = b"\x7fELF"
_UINT64, _UINT32, _SHORTS = struct.Struct("<Q"), struct.Struct("<I"), struct.Struct("<HH")
"""Of a 64-bit ELF file of the machines that Passerby runs on: elf.h, Elf64_Ehdr and Elf64_Phdr."""
_PT_LOAD = 1
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


def strip(path: Path) -> None:
    """Take out the symbols for debuggers, where the file can still be loaded afterwards.

    strip misplaces the segments of some files that patchelf has touched, as wheels' libraries are.
    """
    stripped = path.with_name(path.name + ".stripped")
    subprocess.run(
        ["strip", "--strip-unneeded", "-o", str(stripped), str(path)], check=True, stderr=DEVNULL
    )
    if _is_loadable(stripped):
        stripped.replace(path)
    else:
        stripped.unlink()


def _is_loadable(path: Path) -> bool:
    """Whether each segment lies in the file as it does in memory, page by page."""
    with path.open("rb") as file:
        header = file.read(64)
        start, (size, count) = _UINT64.unpack_from(header, 32)[0], _SHORTS.unpack_from(header, 54)
        file.seek(start)
        table = file.read(size * count)
    for at in range(0, len(table), size):
        kind = _UINT32.unpack_from(table, at)[0]
        offset, address = (
            _UINT64.unpack_from(table, at + 8)[0],
            _UINT64.unpack_from(table, at + 16)[0],
        )
        align = _UINT64.unpack_from(table, at + 48)[0]
        if kind == _PT_LOAD and (offset - address) % max(align, 1):
            return False
    return True


def remove_unneeded(internal: Path) -> None:
    """Remove the system's libraries that nothing in the bundle needs any more.

    They lie at the top of the folder. What a left-out plug-in was linked with stays behind
    otherwise, GTK for instance. Repeated, for one library needs the next.
    """
    while True:
        needed = needed_names(elf_files(internal.parent))
        unneeded = [
            path
            for path in internal.glob("lib*.so*")
            if not path.is_symlink() and path.name not in needed and not _is_loaded_by_name(path)
        ]
        if not unneeded:
            return
        for path in unneeded:
            path.unlink()


def unresolved(folder: Path) -> list[str]:
    """Return "file: library" for each library that ldd does not find.

    The boot loader names the bundle's own folder of libraries to the programs it starts.
    """
    missing = []
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder / "_internal")}
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
