"""Moderators at the command line, with a client's own evidence and a real database."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from desktop_app.safety.evidence import EVIDENCE_MAX_BYTES, EvidenceTooLong, seal
from signaling_server.__main__ import main
from signaling_server.bootstrap import running_server
from signaling_server.config.model import Config
from signaling_server.config.state import secret_in
from signaling_server.domain.reports import Report
from signaling_server.moderation.evidence import NotOurs, make_key, open_evidence, read_key
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import ReportReason, SessionError
from signaling_server.storage.store import SqlStore
from tests.redis_process import running_redis
from tests.signaling_server.wire_client import WireClient

PERSON = "0123456789abcdef" * 3
EVIDENCE = b"a picture"

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command that succeeds, or fails with this code, and return what it said."""

    def command(*arguments: str, code: int = 0) -> str:
        assert main([*arguments, "--state-dir", str(tmp_path)]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    secret_in(tmp_path)
    (tmp_path / "passerby.db").touch()
    return command


@pytest.fixture
async def report(tmp_path: Path) -> Report:
    public = make_key(tmp_path / "moderators.key")
    box = base64.urlsafe_b64decode(seal(EVIDENCE, public, "the call") + "==")
    report = Report("beef", 1e9, "the call", ReportReason.HATE, "", PERSON, "192.0.2.0/24", box)
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'passerby.db'}")
    await store.add_report(report)
    await store.close()
    return report


def test_a_ban_is_made_shown_and_lifted(run: Run):
    run("bans", "add", "--network", "192.0.2.0/24", "--reason", "spam", "--for", "7d")
    run("bans", "add", "--person", PERSON, "--reason", "lifted", "--until", "9999-12-31")
    run("bans", "lift", "2")
    listed = json.loads(run("bans", "list", "--json"))
    assert [(ban["id"], ban["network"], ban["reason"]) for ban in listed] == [
        (1, "192.0.2.0/24", "spam")
    ]
    assert listed[0]["until"] - listed[0]["made_at"] == pytest.approx(7 * 86_400)
    assert len(json.loads(run("bans", "list", "--all", "--json"))) == 2
    assert "192.0.2.0/24" in run("bans", "show", "1")
    run("bans", "lift", "1")

    assert json.loads(run("bans", "list", "--json")) == []
    assert "no ban 1" in run("bans", "lift", "1", code=1)
    assert "no ban 9" in run("bans", "show", "9", code=1)


def test_a_time_beyond_every_calendar_is_refused(run: Run, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        run("bans", "add", "--person", PERSON, "--reason", "spam", "--for", "999999w")
    assert ended.value.code == 2
    assert "without --for" in capsys.readouterr().err


async def test_word_of_a_ban_goes_to_every_server_of_the_redis(tmp_path: Path):
    config = Config(
        host=["127.0.0.1"],
        port=0,
        metrics_port=0,
        state_dir=str(tmp_path),
        bans_read_every_s=1_000.0,
        # Nobody reads while the command runs.
        ping_interval_s=1_000.0,
    )
    # Made before, for Alembic brings up one database at a time in a process.
    await (await SqlStore.open(f"sqlite:///{tmp_path / 'passerby.db'}")).close()
    async with AsyncExitStack() as life:
        redis = await life.enter_async_context(running_redis())
        shared = msgspec.structs.replace(config, backend=redis.url)
        clients = []
        for _ in range(2):
            server = await life.enter_async_context(running_server(shared))
            clients.append(await life.enter_async_context(WireClient(server.urls[0])))
            await clients[-1].hello()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "signaling_server", "bans", "add", "--state-dir", tmp_path),
            *("--network", "127.0.0.1", "--reason", "spam"),
            env={**os.environ, "PASSERBY_SERVER_BACKEND": redis.url},
        )
        assert await process.wait() == 0
        for client in clients:
            assert (await client.receive_later(SessionError)).code is ErrorCode.BANNED
            assert await client.closed() == CloseCode.BANNED


def test_a_database_that_no_server_has_is_refused_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    elsewhere = tmp_path / "elsewhere"
    # A server keeps its secret here and may have its database somewhere else.
    secret_in(tmp_path)
    assert main(["bans", "list", "--state-dir", str(tmp_path)]) == 1
    assert "There is no database" in capsys.readouterr().err
    for verb in (["list"], ["add", "--network", "192.0.2.0/24", "--reason", "spam"]):
        for named in (["--state-dir", str(elsewhere)], ["--database", f"sqlite:///{elsewhere}/db"]):
            assert main(["bans", *verb, *named]) == 1
            assert "There is no database" in capsys.readouterr().err
    assert not elsewhere.exists()

    named = ["--database", f"sqlite:///{elsewhere}/db"]
    ban = ["--network", "192.0.2.0/24", "--reason", "spam"]
    assert main(["bans", "add", "--create", *named, *ban]) == 0
    assert main(["bans", "list", *named]) == 0
    assert f"{elsewhere}/db" in capsys.readouterr().err


def test_a_database_that_cannot_be_reached_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["bans", "list", "--database", f"sqlite:///{tmp_path}/{'x' * 300}"]) == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_a_key_is_banned_only_where_the_servers_secret_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    named = ["--database", f"sqlite:///{tmp_path}/db", "--state-dir", str(tmp_path / "none")]
    key = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")

    assert main(["bans", "add", "--create", *named, "--key", key, "--reason", "spam"]) == 1
    assert "--state-dir" in capsys.readouterr().err


def test_who_was_reported_is_banned_for_the_same_reason(run: Run, report: Report):
    run("bans", "add", "--report", "beef", "--appeal", "write to us")
    (ban,) = json.loads(run("bans", "list", "--json"))

    assert (ban["person"], ban["reason"], ban["report"]) == (PERSON, "hate", "beef")
    assert ban["appeal"] == "write to us"
    assert ban["until"] is None


def test_reports_are_listed_and_shown(run: Run, report: Report):
    (listed,) = json.loads(run("reports", "list", "--json"))
    assert listed == json.loads(run("reports", "show", "beef", "--json"))
    assert (listed["reason"], listed["reported"]) == ("hate", PERSON)
    assert listed["evidence_bytes"] > len(EVIDENCE)
    assert "2001-09-09" in run("reports", "show", "beef")
    assert "no report x" in run("reports", "show", "x", code=1)


def test_only_the_moderators_key_opens_the_evidence(run: Run, report: Report, tmp_path: Path):
    picture, other = tmp_path / "picture", tmp_path / "other.key"
    key = tmp_path / "moderators.key"
    run("reports", "evidence", "beef", "--key", str(key), "--output", str(picture))
    assert picture.read_bytes() == EVIDENCE
    make_key(other)
    said = run(
        *("reports", "evidence", "beef", "--key", str(other), "--output", str(picture)), code=1
    )

    assert "not encrypted to this key" in said
    assert report.evidence is not None
    with pytest.raises(NotOurs):
        open_evidence(report.evidence, read_key(key), "another call")
    with pytest.raises(NotOurs):
        open_evidence(report.evidence[:20], read_key(key), "the call")


def test_a_moderators_key_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "moderators.key"
    assert main(["reports", "make-key", "--output", str(file)]) == 0
    assert capsys.readouterr().out.startswith('moderators_key = "')
    before = file.read_text()

    assert main(["reports", "make-key", "--output", str(file)]) == 1
    assert file.read_text() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--network", "300.1.2.3", "--reason", "x"],
        ["--network", "192.0.2.1/24", "--reason", "x"],
        ["--key", "short", "--reason", "x"],
        ["--person", PERSON, "--reason", "x", "--for", "soon"],
        ["--person", PERSON, "--reason", "x", "--until", "soon"],
        ["--reason", "x"],
        ["--network", "fe80::1%eth0", "--reason", "x"],
        ["--person", PERSON, "--reason", "x", "--for", "0s"],
        ["--person", PERSON, "--reason", "x", "--until", "2020-01-31"],
        ["--person", PERSON, "--reason", "x", "--until", "9999-12-31T23:59-14:00"],
        ["--person", "", "--reason", "x"],
        ["--person", PERSON.upper(), "--reason", "x"],
        ["--person", PERSON, "--reason", "  "],
        ["--person", PERSON, "--reason", "x" * (limits.BAN_WORDS_MAX_CHARACTERS + 1)],
        [
            *("--person", PERSON, "--reason", "x"),
            *("--appeal", "x" * (limits.BAN_WORDS_MAX_CHARACTERS + 1)),
        ],
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str]):
    with pytest.raises(SystemExit) as ended:
        main(["bans", "add", *arguments])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["bans", "lift", "9" * 30],
        ["bans", "show", "0"],
        ["reports", "list", "--limit", "-1"],
        ["reports", "list", "--limit", "9" * 30],
    ],
)
def test_a_number_that_nothing_has_is_refused_in_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "is no number from 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["reports", "show", "\udcff"],
        ["bans", "add", "--network", "192.0.2.0/24", "--reason", "\udcff"],
    ],
)
def test_a_text_that_no_database_holds_is_refused_in_a_sentence(run: Run, arguments: list[str]):
    _, refusal, nothing = run(*arguments, code=1).split("\n")

    assert refusal.startswith("passerby-server: UnicodeEncodeError")
    assert nothing == ""


@pytest.mark.parametrize(
    ("given", "banned"),
    [
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8::1:2", "2001:db8::/64"),
        ("2001:db8::1:2/128", "2001:db8::1:2/128"),
        ("2001:db8::/32", "2001:db8::/32"),
    ],
)
def test_a_ban_says_for_which_network_it_holds(run: Run, given: str, banned: str):
    said = run("bans", "add", "--network", given, "--reason", "spam")

    assert said == f"ban 1 holds for {banned}\n"
    assert json.loads(run("bans", "list", "--json"))[0]["network"] == banned


def test_a_ban_has_a_reason(run: Run):
    assert "--reason" in run("bans", "add", "--person", PERSON, code=2)


def test_the_longest_evidence_fits_a_report(tmp_path: Path):
    public = make_key(tmp_path / "key")

    longest = seal(bytes(EVIDENCE_MAX_BYTES), public, "c" * limits.STRANGER_ID_MAX_CHARACTERS)
    assert len(longest) <= limits.EVIDENCE_MAX_CHARACTERS
    with pytest.raises(EvidenceTooLong):
        seal(bytes(EVIDENCE_MAX_BYTES + 1), public, "call")
