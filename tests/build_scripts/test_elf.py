"""What is done to the native libraries of a bundle leaves them whole."""

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from build_scripts.packaging import elf

SOURCE = """
static int numbers[3] = {1, 20, 300};
static int *last = &numbers[2];
static int counted;
const char *const words[] = {"none", "one"};
int total(void) { counted += numbers[0] + numbers[1] + *last; return counted; }
"""
FAR = 0x200000
"""How far patchelf lays segments from each other, and old linkers align them, in bytes."""

needs_a_compiler = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="gcc is not installed"
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    source, library = tmp_path / "total.c", tmp_path / "libtotal.so"
    source.write_text(SOURCE)
    layout = f"-Wl,-z,max-page-size={FAR},-z,common-page-size={FAR},-z,separate-code"
    subprocess.run(["gcc", "-shared", "-fPIC", layout, "-o", str(library), str(source)], check=True)
    return library


@needs_a_compiler
def test_a_library_without_its_gaps_is_small_and_does_what_it_did(library: Path):
    assert library.stat().st_size > FAR
    elf.close_gaps(library)

    assert library.stat().st_size < FAR
    loaded = ctypes.CDLL(str(library))
    assert [loaded.total(), loaded.total()] == [321, 642]
    assert ctypes.c_char_p.in_dll(loaded, "words").value == b"none"


@needs_a_compiler
def test_what_tools_read_in_it_stays(library: Path):
    def read() -> str:
        """Names and addresses; only the places in the file may differ."""
        told = subprocess.run(
            ["readelf", "--symbols", "--relocs", "--dynamic", "--wide", str(library)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stderr == ""
        return "\n".join(line for line in told.stdout.splitlines() if " at offset " not in line)

    before = read()
    elf.close_gaps(library)

    assert read() == before


@needs_a_compiler
def test_a_library_without_gaps_is_left_alone(library: Path):
    elf.close_gaps(library)
    closed = library.read_bytes()
    elf.close_gaps(library)

    assert library.read_bytes() == closed
