"""The store that a server opens when there is something to write or to read."""

import asyncio
import os
import re
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from signaling_server.domain.bans import BanEntry
from signaling_server.domain.reports import Report, StoreFailed
from signaling_server.observability.logs import logger

if TYPE_CHECKING:
    from signaling_server.storage.store import SqlStore

IN_MEMORY = "sqlite://"
ANSWERS_WITHIN_S = 10.0
"""Nobody waits longer for the database, which may hang where others refuse."""
_CLOSES_WITHIN_S = 4.0
_SQLITE_FILE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)")

_Result = TypeVar("_Result")

log = logger(__name__)


def url_of_database(database: str | None, state_dir: Path | None) -> str:
    """Return where reports and bans are kept: in memory where nothing else is known."""
    if database is not None:
        return database
    return IN_MEMORY if state_dir is None else f"sqlite:///{state_dir / 'passerby.db'}"


def file_of_database(url: str) -> Path | None:
    """Return the file of an SQLite database, None for one that is no file."""
    # As SQLAlchemy's make_url reads it, which takes long to load.
    found = _SQLITE_FILE.match(url)
    return None if found is None or found[1] == ":memory:" else Path(found[1])


class StoreWhenNeeded:
    """A ModerationStore that opens its database at first need.

    SQLAlchemy takes 0.4 s and 30 MB to load, which a server without reports and bans never
    needs: an SQLite file that does not exist holds none.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._file = file_of_database(url)
        self._store: SqlStore | None = None
        self._opening = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    def say_if_unwritable(self) -> None:
        """Warn of a file that the first report could not be written to, without opening it."""
        if self._file is not None and not _can_be_written(self._file):
            log.warning("reports and bans cannot be written down", file=str(self._file))

    async def add_report(self, report: Report) -> None:
        async def work() -> None:
            await (await self._opened()).add_report(report)

        await self._finish(work())

    async def bans(self, now: float) -> Sequence[BanEntry]:
        async def work() -> Sequence[BanEntry]:
            return await (await self._opened()).bans(now)

        return await self._finish(work())

    async def ban_state(self) -> object:
        async def work() -> object:
            return await (await self._opened()).ban_state()

        return await self._finish(work()) if self._may_hold_any else None

    def hint(self) -> object:
        """The time of an SQLite file's last change; a look at it costs microseconds."""
        if self._file is None:
            return None
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    async def delete_older(self, reports_before: float, evidence_before: float) -> int:
        async def work() -> int:
            return await (await self._opened()).delete_older(reports_before, evidence_before)

        return await self._finish(work()) if self._may_hold_any else 0

    async def close(self) -> None:
        """Close the database once nothing is under way, or leave one behind that does not answer."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_CLOSES_WITHIN_S)
        if self._store is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSES_WITHIN_S):
                    await self._store.close()

    async def _finish(self, work: Coroutine[None, None, _Result]) -> _Result:
        """Do what was begun to its end, whoever is cancelled: aiosqlite hangs otherwise.

        StoreFailed when that takes longer than ANSWERS_WITHIN_S.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        done, _ = await asyncio.wait({task}, timeout=ANSWERS_WITHIN_S)
        if not done:
            raise StoreFailed("the database does not answer")
        return task.result()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Whoever waited may have been told before that nothing is answered.
            task.exception()

    @property
    def _may_hold_any(self) -> bool:
        if self._store is not None:
            return True
        return self._url != IN_MEMORY if self._file is None else self._file.exists()

    async def _opened(self) -> "SqlStore":
        async with self._opening:
            if self._store is None:
                # In a thread, for meanwhile the server goes on.
                store = await asyncio.to_thread(import_module, "signaling_server.storage.store")
                self._store = await store.SqlStore.open(self._url)
            assert self._store is not None
            return self._store


def _can_be_written(file: Path) -> bool:
    """Whether a file can be, or be made in folders of which some may have to be made as well."""
    try:
        if file.exists():
            return os.access(file, os.W_OK)
        folder = next(folder for folder in file.absolute().parents if folder.exists())
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        return False
