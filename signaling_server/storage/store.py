"""Reports and bans behind SQLAlchemy: one class for SQLite and PostgreSQL."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util import CommandError
from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from signaling_server.domain.bans import BanEntry
from signaling_server.domain.reports import Report, StoreFailed
from signaling_server.protocol.messages import ReportReason
from signaling_server.storage.schema import bans, reports

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_TRIES = 5
"""Two processes that start on an empty database migrate it at once; one of them fails first."""
_TRY_AGAIN_AFTER_S = 0.2
_GIVE_UP_OPENING_AFTER_S = 4.0
"""A try that begins later than this is not made."""
_CONNECT_WITHIN_S = 4.0
_STATEMENT_WITHIN_S = 8.0
"""A PostgreSQL that has not answered by then is not there."""
_FAILURES = (SQLAlchemyError, CommandError, OSError, OverflowError, TypeError, ValueError)
"""The last three are as drivers raise them: for numbers and texts that no column holds, and for words
in an address that they do not know."""


class SqlStore:
    """A ModerationStore, and what the command line needs beside it.

    Every method is one transaction and raises StoreFailed when the database cannot be used.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> "SqlStore":
        """Connect to sqlite:///FILE or postgresql://… and bring the schema up to date."""
        try:
            parsed = _for_driver(make_url(url))
            engine = create_async_engine(parsed, connect_args=_deadlines(parsed))
            _keep_private(parsed)
        except (SQLAlchemyError, ValueError, OSError) as error:
            raise StoreFailed(f"the database cannot be opened: {error}") from error
        store = cls(engine)
        give_up_at = time.monotonic() + _GIVE_UP_OPENING_AFTER_S
        for tried in range(1, _MIGRATION_TRIES + 1):
            try:
                async with store._transaction() as connection:
                    await connection.run_sync(_migrate)
            except StoreFailed:
                if tried == _MIGRATION_TRIES or time.monotonic() > give_up_at:
                    await engine.dispose()
                    raise
                await asyncio.sleep(_TRY_AGAIN_AFTER_S)
            else:
                break
        return store

    async def close(self) -> None:
        await self._engine.dispose()

    # --- reports -------------------------------------------------------------------------

    async def add_report(self, report: Report) -> None:
        values = {name: getattr(report, name) for name in Report.__slots__}
        async with self._transaction() as connection:
            await connection.execute(insert(reports).values(values))

    async def reports(self, limit: int) -> list[Report]:
        """Return the newest reports, newest first."""
        query = select(reports).order_by(reports.c.made_at.desc()).limit(limit)
        async with self._transaction() as connection:
            return [_report(row) for row in await connection.execute(query)]

    async def report(self, report: str) -> Report | None:
        async with self._transaction() as connection:
            found = await connection.execute(select(reports).where(reports.c.id == report))
        row = found.one_or_none()
        return None if row is None else _report(row)

    async def delete_older(self, reports_before: float, evidence_before: float) -> int:
        """Delete what was reported before these unix times; returns how much that was."""
        old_evidence = (reports.c.made_at < evidence_before) & reports.c.evidence.is_not(None)
        async with self._transaction() as connection:
            gone = await connection.execute(
                delete(reports).where(reports.c.made_at < reports_before)
            )
            emptied = await connection.execute(
                update(reports).where(old_evidence).values(evidence=None)
            )
        return gone.rowcount + emptied.rowcount

    # --- bans ----------------------------------------------------------------------------

    async def bans(self, now: float) -> list[BanEntry]:
        """Return the bans that hold at this unix time."""
        holding = bans.c.lifted_at.is_(None) & or_(bans.c.until.is_(None), bans.c.until > now)
        async with self._transaction() as connection:
            return [_ban(row) for row in await connection.execute(select(bans).where(holding))]

    async def all_bans(self) -> list[BanEntry]:
        """Return every ban there ever was, newest first."""
        async with self._transaction() as connection:
            rows = await connection.execute(select(bans).order_by(bans.c.id.desc()))
            return [_ban(row) for row in rows]

    async def add_ban(
        self,
        *,
        person: str | None,
        network: str | None,
        reason: str,
        made_at: float,
        until: float | None = None,
        appeal: str = "",
        report: str | None = None,
    ) -> int:
        """Return the number of the new ban."""
        values = {
            "person": person,
            "network": network,
            "reason": reason,
            "made_at": made_at,
            "until": until,
            "appeal": appeal,
            "report": report,
        }
        async with self._transaction() as connection:
            made = await connection.execute(insert(bans).values(values).returning(bans.c.id))
            return int(made.scalar_one())

    async def lift_ban(self, ban: int, now: float) -> bool:
        """End a ban now; False when there is none of this number in force."""
        chosen = (bans.c.id == ban) & bans.c.lifted_at.is_(None)
        async with self._transaction() as connection:
            lifted = await connection.execute(update(bans).where(chosen).values(lifted_at=now))
            return lifted.rowcount > 0

    async def ban_state(self) -> object:
        """Return a value that differs once any ban was made or lifted."""
        # Numbers are given before a ban can be seen: the highest may be there before a lower one.
        query = select(func.max(bans.c.id), func.count(), func.count(bans.c.lifted_at))
        async with self._transaction() as connection:
            return tuple((await connection.execute(query)).one())

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except _FAILURES as error:
            # The statement and its values stay out of the logs.
            cause = getattr(error, "orig", None) or error
            if isinstance(cause, TimeoutError):
                raise StoreFailed("the database does not answer") from error
            if isinstance(cause, socket.gaierror):
                raise StoreFailed("the host of the database is not known") from error
            raise StoreFailed(f"{type(cause).__name__}: {cause}") from error


def _for_driver(url: URL) -> URL:
    """Return an address as the driver has it: what libpq calls sslmode is ssl for asyncpg."""
    url = url.set(drivername=_driver(url))
    modes = url.normalized_query.get("sslmode")
    if modes is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": modes[-1]})


def _driver(url: URL) -> str:
    family = url.get_backend_name()
    if family not in _DRIVERS:
        raise ValueError(f"{family} is neither sqlite nor postgresql")
    return _DRIVERS[family]


def _deadlines(url: URL) -> dict[str, object]:
    """Return what has the driver end every wait; SQLite's has an end of its own."""
    if url.get_backend_name() == "sqlite":
        return {}
    return {"timeout": _CONNECT_WITHIN_S, "command_timeout": _STATEMENT_WITHIN_S}


def _keep_private(url: URL) -> None:
    """Make the file of an SQLite database so that only this user reads it."""
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        file = Path(str(url.database))
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            descriptor = os.open(file, flags, 0o600)
        except FileExistsError:
            # A link to a file is good; one to none would have SQLite make what the link names.
            os.close(os.open(file, os.O_RDWR))
            return
        try:
            if sys.platform != "win32" and os.geteuid() == 0:
                # A moderator's command may come before the server's own first need.
                folder = file.parent.stat()
                os.fchown(descriptor, folder.st_uid, folder.st_gid)
        finally:
            os.close(descriptor)


def _migrate(connection: Connection) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _report(row: Row[tuple[object, ...]]) -> Report:
    values = dict(row._mapping)
    values["reason"] = ReportReason(values["reason"])
    return Report(**values)


def _ban(row: Row[tuple[object, ...]]) -> BanEntry:
    return BanEntry(**row._mapping)
