"""The same promises on SQLite and on PostgreSQL."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from signaling_server.bootstrap import running_server
from signaling_server.config.model import Config as ServerConfig
from signaling_server.domain.reports import Report, StoreFailed
from signaling_server.protocol.messages import ReportReason
from signaling_server.storage import store as store_module
from signaling_server.storage.opening import StoreWhenNeeded, file_of_database
from signaling_server.storage.retention import delete_expired, look_every_s
from signaling_server.storage.schema import bans, metadata
from signaling_server.storage.store import SqlStore

DAY_S = 86_400.0
DEADLINE_S = 20.0
TLS_REQUEST = bytes.fromhex("0000000804d2162f")
"""SSLRequest of PostgreSQL's protocol, which comes before anything else."""
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def report(name: str, made_at: float) -> Report:
    return Report(name, made_at, "call", ReportReason.SPAM, "", "someone", "192.0.2.0/24", b"box")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A server of its own, on a socket in a folder of its own."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    with TemporaryDirectory(prefix="passerby-postgres-") as name:
        folder, programs = Path(name), POSTGRES[-1].parent
        as_user: list[str] = []
        if os.geteuid() == 0:
            # PostgreSQL refuses to be started by root.
            shutil.chown(folder, "postgres")
            as_user = ["runuser", "-u", "postgres", "--"]
        data = folder / "data"
        initdb = [*as_user, programs / "initdb", "-D", data, "-A", "trust", "-U", "passerby", "-N"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        control = [*as_user, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
        started = [*control, "-o", options, "start"]
        subprocess.run(started, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        yield f"postgresql://passerby@/postgres?host={folder}"
        stopped = [*control, "-m", "immediate", "stop"]
        subprocess.run(stopped, check=True, stdout=subprocess.DEVNULL, cwd=folder)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'passerby.db'}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    opened = await SqlStore.open(url)
    async with opened._transaction() as connection:
        for table in metadata.sorted_tables:
            await connection.execute(table.delete())
    yield opened
    await opened.close()


async def test_a_report_comes_back_as_it_was(store: SqlStore):
    await store.add_report(report("one", 1.5))
    await store.add_report(report("two", 2.5))

    assert await store.report("one") == report("one", 1.5)
    assert await store.report("three") is None
    assert await store.reports(10) == [report("two", 2.5), report("one", 1.5)]
    assert await store.reports(1) == [report("two", 2.5)]


async def test_a_ban_holds_until_its_end_or_until_it_is_lifted(store: SqlStore):
    first = await store.add_ban(person="a", network=None, reason="r", made_at=0, until=10)
    second = await store.add_ban(person=None, network="192.0.2.0/24", reason="r", made_at=0)

    assert {ban.id for ban in await store.bans(9)} == {first, second}
    assert {ban.id for ban in await store.bans(10)} == {second}
    assert await store.lift_ban(second, 11)
    assert not await store.lift_ban(second, 12)
    assert await store.bans(11) == []
    assert [ban.lifted_at for ban in await store.all_bans()] == [11, None]


async def test_every_change_of_the_bans_shows(store: SqlStore):
    states = [await store.ban_state()]
    ban = await store.add_ban(person="a", network=None, reason="r", made_at=0)
    states.append(await store.ban_state())
    await store.lift_ban(ban, 1)
    states.append(await store.ban_state())

    assert len(set(states)) == 3


async def test_a_ban_that_is_seen_after_a_later_one_shows(store: SqlStore):
    await store.add_ban(person="a", network=None, reason="r", made_at=0)
    await store.add_ban(person="b", network=None, reason="r", made_at=0)
    both = await store.ban_state()
    async with store._transaction() as connection:
        await connection.execute(bans.delete().where(bans.c.person == "a"))

    assert await store.ban_state() != both


async def test_reports_and_evidence_are_deleted_after_their_time(store: SqlStore):
    for name, made_at in (("old", 0.0), ("middle", 50 * DAY_S), ("new", 80 * DAY_S)):
        await store.add_report(report(name, made_at))

    gone = await delete_expired(store, 90 * DAY_S, 30 * DAY_S, now=91 * DAY_S)
    assert gone == 2
    kept = await store.reports(10)
    assert [(entry.id, entry.evidence) for entry in kept] == [("new", b"box"), ("middle", None)]
    assert await delete_expired(store, 90 * DAY_S, 30 * DAY_S, now=91 * DAY_S) == 0


async def test_the_steps_lead_to_the_tables_of_the_code(store: SqlStore):
    def differences(connection: sqlalchemy.Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with store._transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_changes_nothing(store: SqlStore, url: str):
    await store.add_report(report("one", 1.0))
    again = await SqlStore.open(url)

    assert await again.report("one") is not None
    await again.close()


async def test_a_database_of_a_newer_server_is_said(
    store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store_module, "_TRY_AGAIN_AFTER_S", 0.0)
    version = sqlalchemy.text("UPDATE alembic_version SET version_num = :number")
    async with store._transaction() as connection:
        await connection.execute(version, {"number": "9999"})

    try:
        with pytest.raises(StoreFailed, match="9999"):
            await SqlStore.open(url)
    finally:
        async with store._transaction() as connection:
            await connection.execute(version, {"number": "0001"})


async def test_the_steps_can_be_taken_back(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'passerby.db'}"
    await (await SqlStore.open(url)).close()
    config = Config()
    config.set_main_option("script_location", str(store_module._MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url)
    command.downgrade(config, "base")

    tables = sqlalchemy.inspect(sqlalchemy.create_engine(url)).get_table_names()
    assert tables == ["alembic_version"]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/name",
        "nonsense",
        "postgresql://nobody@127.0.0.1:1/none",
        "postgresql://nobody@127.0.0.1:1/none?sslmode=require",
        "postgresql://nobody@127.0.0.1:1/none?sslmode=nonsense",
        "postgresql://nobody@127.0.0.1:1/none?nonsense=require",
    ],
)
async def test_a_database_that_cannot_be_used_is_said(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_module, "_TRY_AGAIN_AFTER_S", 0.0)
    with pytest.raises(StoreFailed):
        await SqlStore.open(url)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
async def test_a_database_that_is_named_with_an_sslmode_is_used(postgres: str, mode: str):
    store = await SqlStore.open(f"{postgres}&sslmode={mode}")

    assert await store.reports(1) is not None
    await store.close()


@pytest.mark.parametrize(("mode", "asks"), [("disable", False), ("require", True)])
async def test_the_sslmode_decides_whether_tls_is_asked_for(
    mode: str, asks: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store_module, "_TRY_AGAIN_AFTER_S", 0.0)
    heard = list[bytes]()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readexactly(len(TLS_REQUEST)))
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(StoreFailed):
            await SqlStore.open(f"postgresql://passerby@127.0.0.1:{port}/none?sslmode={mode}")

    assert (heard[0] == TLS_REQUEST) is asks


async def test_a_server_starts_beside_a_database_whose_address_says_what_nobody_knows(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(store_module, "_TRY_AGAIN_AFTER_S", 0.0)
    url = "postgresql://nobody@127.0.0.1:1/none?nonsense=require"
    config = ServerConfig(host=["127.0.0.1"], port=0, metrics_port=0, database=url)

    async with asyncio.timeout(DEADLINE_S), running_server(config) as server:
        assert server.urls


async def test_nobody_waits_for_a_statement_without_end(
    postgres: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store_module, "_STATEMENT_WITHIN_S", 0.3)
    store = await SqlStore.open(postgres)
    with pytest.raises(StoreFailed):
        async with asyncio.timeout(DEADLINE_S), store._transaction() as connection:
            await connection.execute(sqlalchemy.text("SELECT pg_sleep(100)"))

    assert await store.reports(1) is not None
    await store.close()


def test_what_is_kept_for_a_short_time_is_looked_at_often():
    assert look_every_s(90 * DAY_S) == 3_600.0
    assert look_every_s(600.0) == 60.0
    assert look_every_s(1.0) == 10.0


async def test_a_number_that_no_column_holds_is_said(store: SqlStore):
    with pytest.raises(StoreFailed):
        await store.lift_ban(10**30, 1.0)


async def test_a_text_that_no_column_holds_is_said(store: SqlStore):
    with pytest.raises(StoreFailed):
        await store.report("\udcff")
    with pytest.raises(StoreFailed):
        await store.add_ban(person="a", network=None, reason="\udcff", made_at=0)


async def test_a_file_that_is_not_there_is_not_made_for_reading(tmp_path: Path):
    file = tmp_path / "passerby.db"
    lazy = StoreWhenNeeded(f"sqlite:///{file}")

    assert await lazy.ban_state() is None
    assert await delete_expired(lazy, 1, 1, now=10) == 0
    assert not file.exists()
    await lazy.add_report(report("one", 1.0))
    assert file.stat().st_mode & 0o077 == 0
    await lazy.close()


def test_a_place_that_cannot_be_written_is_told_before_the_first_report(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    StoreWhenNeeded(f"sqlite:///{tmp_path}/new/folders/passerby.db").say_if_unwritable()
    StoreWhenNeeded("sqlite://").say_if_unwritable()
    assert not caplog.records
    (tmp_path / "file").touch()
    StoreWhenNeeded(f"sqlite:///{tmp_path}/file/passerby.db").say_if_unwritable()

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
async def test_no_file_is_made_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store_module, "_TRY_AGAIN_AFTER_S", 0.0)
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "passerby.db"
    link.symlink_to(elsewhere)

    with pytest.raises(StoreFailed):
        await SqlStore.open(f"sqlite:///{link}")
    assert not elsewhere.exists()
    elsewhere.touch()
    await (await SqlStore.open(f"sqlite:///{link}")).close()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////var/lib/passerby.db",
        "sqlite:///passerby.db?timeout=5",
        "sqlite+aiosqlite:///passerby.db",
        "postgresql://host/passerby",
    ],
)
def test_the_file_is_the_one_that_sqlalchemy_opens(url: str):
    parsed = sqlalchemy.make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in {None, ":memory:"}

    assert file_of_database(url) == (Path(parsed.database or "") if is_file else None)
