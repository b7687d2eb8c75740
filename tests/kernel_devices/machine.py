"""The virtual machine: Debian's stock kernel under software emulation, which works anywhere."""

import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.kernel_devices.system import REPOSITORY, kernel_of

MEMORY_MB = 2048
CORES = 2
LOOKED = "LOOKED "
"""Begins the line with which the machine tells how looking has ended."""
SPOKEN = "| "
"""Begins every line that is meant for a person; the kernel says things of its own."""


class MachineStopped(Exception):
    """The machine ended, or was ended at the limit of time, before it had looked at everything."""


def pack_repository(archive: Path) -> None:
    """Write the repository's files as they are now, as the machine's second disk."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(archive, "w") as packed:
        for name in names.decode().split("\0"):
            if name and (REPOSITORY / name).is_file():
                packed.add(REPOSITORY / name, arcname=name)


def look_inside(
    system: Path, disk: Path, repository: Path, cases: list[str], limit_s: float
) -> Iterator[str]:
    """Start the machine and yield what it says; returns when it has looked and all was seen so.

    Raises MachineStopped. Ends the machine in any case.
    """
    bounded = ["timeout", "--kill-after=5", str(limit_s), "nice", "-n", "10"]
    machine = subprocess.Popen(
        [*bounded, *_command(system, disk, repository, cases)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert machine.stdout is not None
    try:
        for line in machine.stdout:
            line = line.rstrip()
            if line.startswith(LOOKED):
                if line != f"{LOOKED}0":
                    raise MachineStopped("not everything was seen as it ought to be")
                return
            yield line
        raise MachineStopped(f"the machine ended by itself, or was ended after {limit_s:.0f} s")
    finally:
        machine.terminate()
        machine.wait()


def _command(system: Path, disk: Path, repository: Path, cases: list[str]) -> list[str]:
    kernel, initial_disk = kernel_of(system)
    start = ["console=ttyS0 quiet loglevel=3 panic=1 root=/dev/vda rw init=/start.sh --", *cases]
    return [
        *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", str(CORES)),
        *("-m", str(MEMORY_MB), "-nodefaults", "-nographic", "-no-reboot", "-nic", "none"),
        *("-serial", "stdio", "-kernel", str(kernel), "-initrd", str(initial_disk)),
        *("-append", " ".join(start)),
        *("-drive", f"file={disk},format=raw,if=virtio,snapshot=on"),
        *("-drive", f"file={repository},format=raw,if=virtio,readonly=on"),
    ]
