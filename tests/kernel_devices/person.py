"""The person whose engine runs inside the machine: nobody, with the groups a desktop gives."""

import contextlib
import grp
import os
from collections.abc import Iterator
from pathlib import Path

ID = 65534
HOME = Path("/tmp/person")


@contextlib.contextmanager
def as_person(*groups: str) -> Iterator[None]:
    """Be that person, as far as the kernel asks, and start processes as that person."""
    HOME.mkdir(exist_ok=True)
    os.chown(HOME, ID, ID)
    os.setgroups(group_ids(*groups))
    os.setresgid(ID, ID, 0)
    # The saved id is the way back; a process that is started meanwhile does not get it.
    os.setresuid(ID, ID, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups([])


def group_ids(*groups: str) -> list[int]:
    return [grp.getgrnam(group).gr_gid for group in groups]
