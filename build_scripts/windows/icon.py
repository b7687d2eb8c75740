"""Writes the application's icon as .ico: a PNG for each size, as Windows has read since Vista."""

import struct
from pathlib import Path

from build_scripts.icon import png

SIZES = (16, 24, 32, 48, 64, 128, 256)


def write_ico(path: Path) -> Path:
    pictures = [png(size) for size in SIZES]
    offset = 6 + 16 * len(SIZES)
    entries = b""
    for size, picture in zip(SIZES, pictures, strict=True):
        side = size % 256  # 0 stands for 256.
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    path.write_bytes(struct.pack("<HHH", 0, 1, len(SIZES)) + entries + b"".join(pictures))
    return path
