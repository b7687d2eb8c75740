"""SHA-256 of the finished files, in the form that sha256sum --check reads."""

import hashlib
from pathlib import Path

NAME = "SHA256SUMS"


def write(folder: Path) -> Path:
    """List every file of the folder, not of folders below it."""
    lines = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != NAME:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    written = folder / NAME
    written.write_text("".join(lines))
    return written
