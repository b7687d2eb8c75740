"""The system inside the virtual machine: Debian with its stock kernel and the locked packages."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
LOCK = REPOSITORY / "build_scripts" / "locks" / "run.txt"
SUITE = "bookworm"
PACKAGES = (
    *("linux-image-amd64", "kmod", "udev", "python3", "python3-venv"),
    # OpenCV and Qt without a screen
    *("libgl1", "libegl1", "libglib2.0-0", "libxkbcommon0", "libfontconfig1", "libfreetype6"),
    *("libbrotli1", "libdbus-1-3", "libx11-6"),
    # QtMultimedia
    *("libpulse0", "libdrm2", "libxext6", "libxrandr2"),
    *("pulseaudio", "pulseaudio-utils", "alsa-utils"),
)
NEEDED_TO_MOUNT = ("virtio_pci", "virtio_blk", "ext4")
FROM_THIS_MACHINE = ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")
"""What pip needs in order to reach the packages the way this machine does."""
START = Path(__file__).with_name("start.sh")
MARK = "built-from"
SPARE_MB = 700


def build_system(folder: Path) -> None:
    """Make the system in folder, unless it is there already. Needs the rights of root.

    An older system there is replaced; any other folder with something in it is refused.
    """
    mark, installed = folder / MARK, folder / "opt" / "installed.txt"
    if not mark.exists() or mark.read_text() != _recipe():
        _build_debian(folder, mark)
    if not installed.exists() or installed.read_text() != LOCK.read_text():
        _install_locked(folder)
        shutil.copy(LOCK, installed)


def _build_debian(folder: Path, mark: Path) -> None:
    if mark.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} holds something else; please name another folder.")
    mark.write_text("unfinished")
    packages = "--include=" + ",".join(PACKAGES)
    _run("debootstrap", "--variant=minbase", packages, SUITE, str(folder))
    _write_initial_disk(folder)
    mark.write_text(_recipe())


def write_disk(folder: Path, disk: Path) -> None:
    """Write the system as a file system that the machine starts from, with room to work in."""
    shutil.copy(START, folder / "start.sh")
    used_kb = int(_run("du", "--summarize", "--block-size=1K", str(folder)).split()[0])
    size = f"{used_kb // 1024 + SPARE_MB}M"
    _run("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", str(folder), str(disk), size)


def kernel_of(folder: Path) -> tuple[Path, Path]:
    """Return the kernel and its initial disk."""
    boot = folder / "boot"
    return next(boot.glob("vmlinuz-*")), next(boot.glob("initrd.img-*"))


def _write_initial_disk(folder: Path) -> None:
    configuration = folder / "etc" / "initramfs-tools"
    (configuration / "conf.d" / "passerby").write_text("MODULES=list\nCOMPRESS=gzip\n")
    (configuration / "modules").write_text("\n".join(NEEDED_TO_MOUNT) + "\n")
    _run("chroot", str(folder), "update-initramfs", "-u")


def _install_locked(folder: Path) -> None:
    for path in map(Path, FROM_THIS_MACHINE):
        if path.exists():
            there = folder / path.relative_to("/")
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, there)
    shutil.copy(LOCK, folder / "opt" / "lock.txt")
    _run("chroot", str(folder), "python3", "-m", "venv", "--clear", "/opt/passerby")
    pip = ("/opt/passerby/bin/python", "-m", "pip", "install", "--quiet", "--no-input")
    _run("chroot", str(folder), *pip, "--require-hashes", "--requirement", "/opt/lock.txt")


def _recipe() -> str:
    """What a Debian is made from: a change of it asks for another."""
    parts = (SUITE, *PACKAGES, *NEEDED_TO_MOUNT)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _run(*command: str) -> str:
    done = subprocess.run(
        ["nice", "-n", "10", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
        },
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command[:3])} failed:\n{done.stdout[-2_000:]}")
    return done.stdout
