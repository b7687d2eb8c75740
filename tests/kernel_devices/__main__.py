"""The command: builds the system, starts the machine, prints what was seen in it."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.kernel_devices.machine import SPOKEN, MachineStopped, look_inside, pack_repository
from tests.kernel_devices.system import build_system, write_disk

NEEDED = {
    "qemu-system-x86_64": "qemu-system-x86",
    "debootstrap": "debootstrap",
    "mke2fs": "e2fsprogs",
}
LIMIT_S = 1_500.0


def main() -> int:
    given = _parse()
    if missing := [package for tool, package in NEEDED.items() if shutil.which(tool) is None]:
        raise SystemExit(f"Please install these first: apt-get install {' '.join(missing)}")
    if os.geteuid() != 0:
        raise SystemExit("Making the system for the virtual machine needs the rights of root.")
    # Ended from outside it cleans up too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="passerby-kernel-devices-") as folder:
        return _look(Path(folder), given)


def _look(folder: Path, given: argparse.Namespace) -> int:
    system = given.system.resolve() if given.system else folder / "system"
    started = time.monotonic()
    build_system(system)
    disk, repository = folder / "disk", folder / "repository.tar"
    write_disk(system, disk)
    pack_repository(repository)
    print(f"The system is there after {time.monotonic() - started:.0f} s.", flush=True)
    try:
        for line in look_inside(system, disk, repository, given.cases, given.limit_s):
            if given.verbose or line.startswith(SPOKEN):
                print(line.removeprefix(SPOKEN), flush=True)
    except MachineStopped as stopped:
        print(f"FAILED: {stopped}")
        return 1
    print(f"Everything was seen, {time.monotonic() - started:.0f} s.")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.kernel_devices",
        description="Look at the engine on cameras and sound cards of a real kernel, in a virtual"
        " machine. Under software emulation this takes some ten minutes.",
    )
    parser.add_argument("cases", nargs="*", help="only these of the cases; all without any")
    parser.add_argument(
        "--system", type=Path, help="keep the system in this folder for another run"
    )
    parser.add_argument("--limit-s", type=float, default=LIMIT_S, help="the machine's life at most")
    parser.add_argument("--verbose", action="store_true", help="print the kernel's words too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
