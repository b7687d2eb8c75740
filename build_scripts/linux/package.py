"""Makes a .deb of a tree: control file, checksums, right modes, reproducible in its inputs."""

import gzip
import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from build_scripts.packaging import elf
from build_scripts.packaging.version import Version, source_date_epoch

MAINTAINER = "The Passerby developers <passerby@users.noreply.github.com>"


@dataclass(frozen=True)
class Description:
    """What the control file says; depends without the C library, which is read off the files."""

    name: str
    section: str
    summary: str
    text: str
    depends: tuple[str, ...]
    recommends: tuple[str, ...] = ()


def architecture() -> str:
    """Return Debian's name of this machine, such as amd64."""
    return subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()


def compress(path: Path) -> None:
    """Replace a text by its .gz, as Debian wants manuals and changelogs."""
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    path.unlink()


def write_changelog(folder: Path, name: str, version: Version) -> None:
    """The changelog in Debian's form, of this version alone: CHANGELOG.md is for people."""
    date = subprocess.run(
        ["date", "--utc", "--rfc-email", f"--date=@{source_date_epoch()}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout.strip()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "changelog"
    path.write_text(
        f"{name} ({version.debian}) unstable; urgency=medium\n\n"
        f"  * What is new stands in CHANGELOG.md of the sources.\n\n"
        f" -- {MAINTAINER}  {date}\n"
    )
    compress(path)


def build(tree: Path, out: Path, described: Description, version: Version, *, quick: bool) -> Path:
    """Pack the tree, whose DEBIAN folder may hold maintainer scripts already."""
    _set_modes(tree)
    control = tree / "DEBIAN"
    control.mkdir(exist_ok=True)
    (control / "control").write_text(_control(tree, described, version))
    (control / "md5sums").write_text(_md5sums(tree))
    for script in control.iterdir():
        script.chmod(0o755 if script.name in _SCRIPTS else 0o644)
    made = out / f"{described.name}_{version.debian}_{architecture()}.deb"
    compression = ("-Zgzip", "-z1") if quick else ("-Zxz", "-z6")
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", *compression, "--build", str(tree), str(made)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date_epoch())},
    )
    return made


_SCRIPTS = ("preinst", "postinst", "prerm", "postrm")


def _control(tree: Path, described: Description, version: Version) -> str:
    depends = (f"libc6 (>= {_glibc(tree)})", *described.depends)
    fields = {
        "Package": described.name,
        "Version": version.debian,
        "Architecture": architecture(),
        "Maintainer": MAINTAINER,
        "Installed-Size": str(_kibibytes(tree)),
        "Depends": ", ".join(depends),
        "Recommends": ", ".join(described.recommends),
        "Section": described.section,
        "Priority": "optional",
        "Description": f"{described.summary}\n" + _indented(described.text),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _glibc(tree: Path) -> str:
    """The newest version of the C library that any file asks for, such as 2.36."""
    newest = 0
    for path in elf.elf_files(tree):
        for minor in re.findall(rb"GLIBC_2\.(\d+)\b", path.read_bytes()):
            newest = max(newest, int(minor))
    return f"2.{newest}"


def _indented(text: str) -> str:
    return "\n".join(f" {line}" if line else " ." for line in text.strip().splitlines())


def _kibibytes(tree: Path) -> int:
    return sum(
        (path.lstat().st_size + 1023) // 1024 for path in tree.rglob("*") if not path.is_dir()
    )


def _md5sums(tree: Path) -> str:
    lines = []
    for path in sorted(tree.rglob("*")):
        inside = path.relative_to(tree)
        if path.is_file() and not path.is_symlink() and inside.parts[0] != "DEBIAN":
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'md5').hexdigest()}  {inside}\n")
    return "".join(lines)


def _set_modes(tree: Path) -> None:
    """Whatever the umask was: folders and programs 755, everything else, libraries too, 644."""
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        is_program = path.is_dir() or (path.stat().st_mode & 0o100 and ".so" not in path.name)
        path.chmod(0o755 if is_program else 0o644)
