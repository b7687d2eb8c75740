"""Keeps what is known of a crash, of either process, until the person has read it.

Native crashes are written by faulthandler, Python's by the exception hook, each process into a
file of its own that an orderly end removes again. Nothing is ever sent.
"""

import contextlib
import faulthandler
import os
import platform
import traceback
from pathlib import Path
from typing import IO

from desktop_app import __version__

FOLDER_VARIABLE = "PASSERBY_CRASHES"
"""Tells the engine process where to write; the interface sets it for its own children."""
FILES_MAX = 10
REPORT_MAX_CHARACTERS = 60_000

_file: IO[str] | None = None


def watch(folder: Path | None = None, *, part: str) -> None:
    """Write crashes of this process into folder from now on, or where FOLDER_VARIABLE says.

    A folder that cannot be written to leaves crashes untold. Once for each process.
    """
    global _file
    if folder is not None:
        os.environ[FOLDER_VARIABLE] = str(folder)
    elif named := os.environ.get(FOLDER_VARIABLE):
        folder = Path(named)
    else:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _file = (folder / f"{part}-{os.getpid()}.txt").open("w", encoding="utf-8")
    except OSError:
        return
    faulthandler.enable(_file, all_threads=True)


def note(error: BaseException) -> None:
    """Add an exception that nobody has caught."""
    if _file is not None:
        traceback.print_exception(error, file=_file)
        _file.flush()


def end_well() -> None:
    """This process ends as it should: remove its file, unless something was noted in it."""
    global _file
    if _file is not None:
        faulthandler.disable()
        path = Path(_file.name)
        _file.close()
        _file = None
        # A next start may have taken it away already.
        with contextlib.suppress(OSError):
            if path.stat().st_size == 0:
                path.unlink()


def take_report(folder: Path) -> str:
    """Return what processes that are gone have left, newest first, and remove it; "" for nothing."""
    own = f"-{os.getpid()}.txt"
    files = [path for path in folder.glob("*-*.txt") if not path.name.endswith(own)]
    files.sort(key=_written_at, reverse=True)
    found: list[str] = []
    for path in files:
        # One that is open still belongs to a process that is ending, or it goes away meanwhile.
        with contextlib.suppress(OSError):
            said = path.read_text(encoding="utf-8", errors="replace").strip()
            if said and len(found) < FILES_MAX:
                found.append(f"{path.stem.split('-')[0]}:\n{said}")
            path.unlink(missing_ok=True)
    if not found:
        return ""
    head = f"Passerby {__version__}\nPython {platform.python_version()}\n{platform.platform()}\n"
    report = "\n\n".join([head, *found])
    # A person who passes a report on need not tell the name of an account with it.
    with contextlib.suppress(RuntimeError):  # There is no home to be named.
        report = report.replace(str(Path.home()), "~")
    return report[:REPORT_MAX_CHARACTERS]


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
