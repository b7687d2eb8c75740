"""A minimal Debian made by debootstrap, in a folder, for one test to install things in."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
CACHE = Path.home() / ".cache" / "passerby"
DEBOOTSTRAP_TIMEOUT_S = 400
NOT_OF_A_PACKAGE = (
    "var/lib/dpkg",
    "var/lib/apt",
    "var/cache",
    "var/log",
    "proc",
    "dev",
    "sys",
    "root",
    "tmp",
)
"""Where the package manager keeps its own records, what is the machine's, and a person's own."""


class Debian:
    """One installed system. Every command runs with mounts of its own, gone when it ends."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def command(self, *words: str, user: str = "root", **environment: str) -> list[str]:
        """Return the command that runs words inside, with no other environment."""
        mounts = (
            'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && '
            'exec chroot --userspec="$1" "$0" env -i "${@:2}"'
        )
        variables = {
            "HOME": "/root" if user == "root" else "/nonexistent",
            "LANG": "C.UTF-8",
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
            **environment,
        }
        settings = [f"{name}={value}" for name, value in variables.items()]
        return [
            *("unshare", "--mount", "bash", "-c", mounts, str(self.root), user),
            *settings,
            *words,
        ]

    def run(self, *words: str, user: str = "root", timeout_s: float = 400) -> str:
        """Run a command inside to its end and return what it says; AssertionError when it fails."""
        ended = subprocess.run(
            self.command(*words, user=user),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert ended.returncode == 0, f"{' '.join(words)}: {ended.stdout[-3000:]}"
        return ended.stdout

    def install(self, *packages: Path) -> None:
        """Install .deb files; what they depend on must be there already."""
        inside = [shutil.copy2(package, self.root / "tmp") for package in packages]
        self.run("dpkg", "--force-unsafe-io", "--install", *(f"/tmp/{p.name}" for p in packages))
        for path in inside:
            Path(path).unlink()

    def files(self) -> set[str]:
        """Every file and folder, but for the package manager's own records."""
        found = set()
        for folder, folders, names in os.walk(self.root):
            inside = os.path.relpath(folder, self.root)
            folders[:] = [
                name
                for name in folders
                if os.path.normpath(f"{inside}/{name}") not in NOT_OF_A_PACKAGE
            ]
            found.update(os.path.normpath(f"{inside}/{name}") for name in (*folders, *names))
        return found


def make_debian(root: Path, packages: Sequence[str]) -> Debian:
    """Unpack a minimal Debian with these packages into root; the first time it is made.

    Skips the test, with the reason, where none can be made.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a minimal Debian can be made by root on Linux only")
    if not (shutil.which("debootstrap") and shutil.which("unshare") and shutil.which("zstd")):
        pytest.skip("debootstrap, unshare and zstd are needed to make a minimal Debian")
    key = hashlib.sha256(f"{SUITE} {sorted(packages)}".encode()).hexdigest()[:16]
    kept = CACHE / f"debian-{SUITE}-{key}.tar.zst"
    if not kept.is_file():
        _make_kept(kept, packages)
    root.mkdir(parents=True)
    subprocess.run(["tar", "-C", str(root), "-xf", str(kept)], check=True)
    return Debian(root)


def _make_kept(kept: Path, packages: Sequence[str]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    building = kept.parent / f"{kept.stem}.{os.getpid()}"
    try:
        _bootstrap(building, packages)
        beside = kept.with_suffix(f".{os.getpid()}.new")
        subprocess.run(
            ["tar", "-C", str(building), "-I", "zstd -1", "-cf", str(beside), "."], check=True
        )
        beside.replace(kept)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _bootstrap(root: Path, packages: Sequence[str]) -> None:
    command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(root)]
    try:
        made = subprocess.run(
            [*command, MIRROR],
            capture_output=True,
            text=True,
            timeout=DEBOOTSTRAP_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"debootstrap did not end within {DEBOOTSTRAP_TIMEOUT_S} s")
    if made.returncode != 0:
        said = (made.stdout + made.stderr).strip().splitlines()[-1:]
        pytest.skip(f"debootstrap could not make a Debian; is there a network? {said}")
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    debian = Debian(root)
    debian.run("apt-get", "update", "-qq")
    debian.run(
        *("apt-get", "install", "-y", "-qq", "--no-install-recommends"),
        *("-o", "Dpkg::Options::=--force-unsafe-io", *packages),
        timeout_s=200,
    )
    debian.run("apt-get", "clean")
