"""Writes the application's icon as .icns: PNG in the types that macOS has read since 10.7."""

import struct
from pathlib import Path

from build_scripts.icon import png

TYPES = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
    b"ic11": 32,
    b"ic12": 64,
    b"ic13": 256,
    b"ic14": 512,
}
"""Size in pixels by type; ic11 to ic14 are for screens with two pixels a point."""


def write_icns(path: Path) -> Path:
    parts = b""
    for kind, size in TYPES.items():
        picture = png(size)
        parts += kind + struct.pack(">I", len(picture) + 8) + picture
    path.write_bytes(b"icns" + struct.pack(">I", len(parts) + 8) + parts)
    return path
