"""Runs passerby-server bans … and passerby-server reports … on the server's database."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from signaling_server.backends.redis import ban_news
from signaling_server.config.loading import CONFIG_VARIABLE, ConfigError, load_config
from signaling_server.config.model import MEMORY, Config
from signaling_server.config.rendering import without_password
from signaling_server.config.state import default_state_dir, secret_kept_in
from signaling_server.domain.bans import BanEntry
from signaling_server.domain.persons import Persons
from signaling_server.domain.reports import Report, StoreFailed
from signaling_server.moderation import arguments
from signaling_server.moderation.evidence import NotOurs, make_key, open_evidence, read_key
from signaling_server.moderation.tables import as_json, as_lines, as_page
from signaling_server.storage.opening import file_of_database, url_of_database
from signaling_server.storage.store import SqlStore


class _Refused(Exception):
    """What was asked for cannot be done; the text says why in one sentence."""

    def __init__(self, text: str, *, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def main(given: Sequence[str]) -> int:
    """Run one command; returns its exit code: 0, 1 when it cannot be done, 2 for bad settings."""
    options = arguments.parser().parse_args(given)
    try:
        if (options.group, options.verb) == ("reports", "make-key"):
            sys.stdout.write(_make_key(options.output))
            return 0
        config = _config(options)
        sys.stdout.write(asyncio.run(_run(options, config)).rstrip("\n") + "\n")
    except ConfigError as error:
        sys.stderr.write(f"passerby-server: {error}\n")
        return 2
    except _Refused as error:
        sys.stderr.write(f"passerby-server: {error}\n")
        return error.exit_code
    except StoreFailed as error:
        sys.stderr.write(f"passerby-server: {error}\n")
        return 1
    return 0


def _config(options: argparse.Namespace) -> Config:
    file = options.config or os.environ.get(CONFIG_VARIABLE)
    chosen = {"database": options.database, "state_dir": options.state_dir}
    return load_config(chosen, os.environ, Path(file) if file else None)


async def _run(options: argparse.Namespace, config: Config) -> str:
    state_dir = Path(config.state_dir or default_state_dir(os.environ))
    url, kept_secret = url_of_database(config.database, state_dir), secret_kept_in(state_dir)
    if not getattr(options, "create", False):
        _refuse_missing(url)
    sys.stderr.write(f"passerby-server: the database is {without_password(url)}\n")
    store = await SqlStore.open(url)
    secret = config.secret or kept_secret
    persons = Persons(secret) if secret else None
    try:
        said = await _VERBS[options.group, options.verb](store, persons, options)
    finally:
        await store.close()
    if config.backend != MEMORY and options.verb in ("add", "lift"):
        await ban_news.announce(config.backend)
    return said


def _refuse_missing(url: str) -> None:
    """An empty database beside the server's would take bans that nobody enforces."""
    file = file_of_database(url)
    try:
        is_missing = file is not None and not file.exists()
    except OSError as error:
        raise _Refused(f"The database {file} cannot be reached: {error.strerror}.") from error
    if is_missing:
        raise _Refused(
            f"There is no database {file}. Name that of the server by --state-dir, --database or "
            "--config, as it was started; bans add --create begins one."
        )


async def _list_bans(store: SqlStore, _: Persons | None, options: argparse.Namespace) -> str:
    now = time.time()
    bans = await store.all_bans()
    chosen = [ban for ban in bans if options.all or ban.holds(now)]
    return as_json(chosen) if options.json else as_lines(chosen, now)


async def _show_ban(store: SqlStore, _: Persons | None, options: argparse.Namespace) -> str:
    ban = await _ban(store, options.ban)
    return as_json(ban) if options.json else as_page(ban)


async def _add_ban(store: SqlStore, persons: Persons | None, options: argparse.Namespace) -> str:
    now = time.time()
    person, reason = options.person, options.reason
    if options.report is not None:
        report = await _report(store, options.report)
        person, reason = report.reported, reason or str(report.reason)
        if not person:
            raise _Refused("The one who was reported has no key; ban the network instead.")
    elif options.key is not None:
        if persons is None:
            raise _Refused("A key is known by the server's secret: name its --state-dir.")
        person = persons.of(options.key)
    if not reason:
        raise _Refused("A ban needs a --reason.", exit_code=2)
    number = await store.add_ban(
        person=person,
        network=options.network,
        reason=reason,
        made_at=now,
        until=options.until if options.lasting_s is None else now + options.lasting_s,
        appeal=options.appeal,
        report=options.report,
    )
    if options.json:
        return as_json(await _ban(store, number))
    return f"ban {number} holds" + (f" for {options.network}" if options.network else "")


async def _lift_ban(store: SqlStore, _: Persons | None, options: argparse.Namespace) -> str:
    if not await store.lift_ban(options.ban, time.time()):
        raise _Refused(f"There is no ban {options.ban} in force.")
    ban = await _ban(store, options.ban)
    return as_json(ban) if options.json else f"ban {options.ban} is lifted"


async def _list_reports(store: SqlStore, _: Persons | None, options: argparse.Namespace) -> str:
    reports = await store.reports(options.limit)
    return as_json(reports) if options.json else as_lines(reports, time.time())


async def _show_report(store: SqlStore, _: Persons | None, options: argparse.Namespace) -> str:
    report = await _report(store, options.report)
    return as_json(report) if options.json else as_page(report)


async def _open_evidence(store: SqlStore, _: Persons | None, options: argparse.Namespace) -> str:
    report = await _report(store, options.report)
    if report.evidence is None:
        raise _Refused(f"Report {report.id} has no evidence, or not any more.")
    try:
        key = read_key(options.key)
    except OSError as error:
        raise _Refused(f"{options.key}: {error.strerror}.") from error
    except ValueError as error:
        raise _Refused(f"{options.key} is no key that reports make-key has made.") from error
    try:
        evidence = open_evidence(report.evidence, key, report.call)
    except NotOurs:
        raise _Refused("The evidence was not encrypted to this key.") from None
    try:
        with os.fdopen(os.open(options.output, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.truncate()
            file.write(evidence)
    except OSError as error:
        raise _Refused(f"{options.output}: {error.strerror}.") from error
    return f"{len(evidence)} bytes in {options.output}"


async def _ban(store: SqlStore, number: int) -> BanEntry:
    found = next((ban for ban in await store.all_bans() if ban.id == number), None)
    if found is None:
        raise _Refused(f"There is no ban {number}.")
    return found


async def _report(store: SqlStore, name: str) -> Report:
    if (found := await store.report(name)) is None:
        raise _Refused(f"There is no report {name}.")
    return found


def _make_key(file: Path) -> str:
    try:
        public = make_key(file)
    except OSError as error:
        raise _Refused(f"{file}: {error.strerror}.") from error
    return f'moderators_key = "{public}"\n'


_VERBS: dict[
    tuple[str, str], Callable[[SqlStore, Persons | None, argparse.Namespace], Awaitable[str]]
] = {
    ("bans", "list"): _list_bans,
    ("bans", "show"): _show_ban,
    ("bans", "add"): _add_ban,
    ("bans", "lift"): _lift_ban,
    ("reports", "list"): _list_reports,
    ("reports", "show"): _show_report,
    ("reports", "evidence"): _open_evidence,
}
