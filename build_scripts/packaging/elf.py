"""The libraries of a Linux bundle: what they need, whether that is found, and no more of them."""

import os
import re
import struct
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from subprocess import DEVNULL

ELF_MAGIC = b"\x7fELF"
_UINT64, _UINT32, _SHORTS = struct.Struct("<Q"), struct.Struct("<I"), struct.Struct("<HH")
_SECTIONS_AT, _SEGMENT, _SECTION = 40, struct.Struct("<IIQQQQQQ"), struct.Struct("<IIQQQQIIQQ")
"""Of a 64-bit ELF file of the machines that Passerby runs on: elf.h, Elf64_Ehdr, _Phdr and _Shdr."""
_PT_LOAD, _SHT_NOBITS = 1, 8
_PAGE = 0x10000
"""The largest page of memory of those machines, in bytes; x86-64 has 4 KiB."""
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


def close_gaps(path: Path) -> None:
    """Move the segments of a library together, which patchelf has laid 2 MiB from each other.

    Between them it leaves zeros: 6 MB for 170 kB of libxcb. A segment has to lie in the file as it
    does in memory within a page only, and no machine that we build for has pages that large.
    """
    content = path.read_bytes()
    segments = _Table(content, 32, 54, _SEGMENT)
    sections = _Table(content, _SECTIONS_AT, 58, _SECTION)
    # Type, offset and size in the file.
    used = [(0, 64), segments.extent, sections.extent]
    used += [(row[2], row[5]) for row in segments.rows]
    used += [(row[4], row[5]) for row in sections.rows if row[1] != _SHT_NOBITS]
    moves = _moves([(start, start + size) for start, size in used if size])
    if len(moves) == 1:
        return
    shrunk = bytearray()
    for start, end, to in moves:
        shrunk.extend(bytes(to - len(shrunk)) + content[start:end])
    for place, row in segments.moved(moves):
        kind, flags, offset, *sizes, align = row
        align = min(align, _PAGE) if kind == _PT_LOAD else align
        _SEGMENT.pack_into(shrunk, place, kind, flags, _moved(moves, offset), *sizes, align)
    for place, row in sections.moved(moves):
        *before, offset = row[:5]
        _SECTION.pack_into(shrunk, place, *before, _moved(moves, offset), *row[5:])
    for at in (32, _SECTIONS_AT):
        _UINT64.pack_into(shrunk, at, _moved(moves, _UINT64.unpack_from(content, at)[0]))
    path.write_bytes(shrunk)


class _Table:
    """The segments or the sections, as the file's head tells of them."""

    def __init__(self, content: bytes, at: int, sizes_at: int, row: struct.Struct) -> None:
        self._start = _UINT64.unpack_from(content, at)[0]
        self._row = row
        size, count = _SHORTS.unpack_from(content, sizes_at)
        self.extent = (self._start, size * count)
        self.rows = [row.unpack_from(content, self._start + size * each) for each in range(count)]

    def moved(self, moves: "list[_Move]") -> Iterator[tuple[int, tuple[int, ...]]]:
        """Each row, and where it lies afterwards."""
        start = _moved(moves, self._start)
        for number, row in enumerate(self.rows):
            yield start + number * self._row.size, row


_Move = tuple[int, int, int]
"""From, up to, and where that goes."""


def _moves(used: list[tuple[int, int]]) -> list[_Move]:
    """What lies together moves together, by whole pages."""
    parts: list[list[int]] = []
    for start, end in sorted(used):
        if parts and start - parts[-1][1] < _PAGE:
            parts[-1][1] = max(parts[-1][1], end)
        else:
            parts.append([start, end])
    moves: list[_Move] = []
    for start, end in parts:
        free = moves[-1][2] + moves[-1][1] - moves[-1][0] if moves else start
        moves.append((start, end, free + (start - free) % _PAGE))
    return moves


def _moved(moves: list[_Move], offset: int) -> int:
    """Where an offset in the file lies afterwards; of a gap, which holds nothing, unchanged."""
    return next((to + offset - start for start, end, to in moves if start <= offset <= end), offset)


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
