"""Reports are written down, and bans keep out who is banned, at hello and at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signaling_server.bootstrap import Server
from signaling_server.domain.peer import Peer
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    Bye,
    CallAway,
    CallEnd,
    CallEnded,
    CallReport,
    CallReported,
    Mode,
    QueueLeave,
    QueueLeft,
    QueueMatched,
    ReportReason,
    SessionError,
)
from signaling_server.storage.store import SqlStore
from tests.signaling_server.conftest import Arrive, Meet
from tests.signaling_server.wire_client import DEADLINE_S, WireClient, in_base64

EVE = Ed25519PrivateKey.generate()
MODERATORS_KEY = in_base64(X25519PrivateKey.generate().public_key().public_bytes_raw())


@pytest.fixture
async def database(tmp_path: Path) -> str:
    """Made before the server, for Alembic brings up one database at a time in a process."""
    url = f"sqlite:///{tmp_path / 'passerby.db'}"
    await (await SqlStore.open(url)).close()
    return url


@pytest.fixture
def settings(database: str) -> dict[str, Any]:
    return {
        "database": database,
        "bans_read_every_s": 1_000.0,
        "moderators_key": MODERATORS_KEY,
    }


async def person_of(server: Server, client: WireClient) -> str:
    assert client.welcome is not None
    peer = server.lobby.peer_with(client.welcome.resume)
    assert peer is not None
    return peer.person


async def test_a_report_of_the_call_is_written_down(server: Server, arrive: Arrive, database: str):
    ann, eve = await arrive(), await arrive(key=EVE)
    await ann.join(Mode.TEXT)
    await eve.join(Mode.TEXT)
    call = (await ann.matched()).call
    await ann.send(CallReport(call, ReportReason.HATE, "AQID"))
    answer = await ann.receive(CallReported)

    store = await SqlStore.open(database)
    report = await store.report(answer.report)
    await store.close()
    assert report is not None
    assert (report.call, report.reason, report.evidence) == (call, "hate", b"\1\2\3")
    assert report.reported == await person_of(server, eve)
    assert report.reporter == ""
    assert report.network == "127.0.0.0/24"


async def test_a_call_that_has_just_ended_can_be_reported(meet: Meet):
    ann, bob, match, _ = await meet()
    await bob.send(QueueLeave())
    await ann.receive(CallEnded)
    await ann.send(CallReport(match.call, ReportReason.OTHER))

    assert (await ann.receive(CallReported)).call == match.call


async def test_a_call_of_others_cannot_be_reported(meet: Meet, arrive: Arrive):
    _, _, match, _ = await meet()
    eve = await arrive()
    await eve.send(CallReport(match.call, ReportReason.OTHER))

    assert (await eve.refused(ErrorCode.UNKNOWN_CALL)).about == "call.report"


@pytest.mark.parametrize("evidence", ["?", "A", "é"])
async def test_evidence_that_is_no_base64_is_malformed(meet: Meet, evidence: str):
    ann, _, match, _ = await meet()
    await ann.send(CallReport(match.call, ReportReason.OTHER, evidence))

    await ann.refused(ErrorCode.MALFORMED)


async def test_reports_are_limited(meet: Meet):
    ann, _, match, _ = await meet()
    for _ in range(limits.REPORTS_PER_HOUR + 1):
        await ann.send(CallReport(match.call, ReportReason.SPAM))

    refusal = await ann.receive_later(SessionError)
    assert refusal.code is ErrorCode.RATE_LIMITED
    assert refusal.retry_after_s is not None and refusal.retry_after_s > 1


async def say_reports(client: WireClient, number: int) -> int:
    """Meet somebody, send so many reports of the call, and return how many were taken."""
    await client.join(Mode.TEXT)
    call = (await client.receive_later(QueueMatched)).call
    taken = 0
    for _ in range(number):
        await client.send(CallReport(call, ReportReason.SPAM))
        answer = await client.receive_later(CallReported | SessionError)
        taken += isinstance(answer, CallReported)
    return taken


async def test_a_new_session_of_the_same_key_may_report_no_more(arrive: Arrive):
    ann = await arrive(key=EVE)
    await (await arrive()).join(Mode.TEXT)
    assert await say_reports(ann, limits.REPORTS_PER_HOUR) == limits.REPORTS_PER_HOUR
    await ann.send(Bye())
    await (await arrive()).join(Mode.TEXT)

    assert await say_reports(await arrive(key=EVE), 2) == 0


class TestBehindOneAddress:
    @pytest.fixture
    def settings(self, database: str) -> dict[str, Any]:
        return {"database": database, "unlimited_addresses": [], "address_reports_per_hour": 5}

    async def test_new_sessions_may_report_no_more(self, arrive: Arrive):
        ann = await arrive()
        await (await arrive()).join(Mode.TEXT)
        assert await say_reports(ann, 4) == 4
        await (await arrive()).join(Mode.TEXT)

        assert await say_reports(await arrive(), 3) == 1


class TestWithoutModerators:
    @pytest.fixture
    def settings(self, database: str) -> dict[str, Any]:
        return {"database": database}

    @pytest.mark.parametrize("evidence", ["AQID", "?"])
    async def test_no_evidence_is_taken(self, meet: Meet, database: str, evidence: str):
        ann, _, match, _ = await meet()
        await ann.send(CallReport(match.call, ReportReason.HATE, evidence))
        answer = await ann.receive(CallReported)

        store = await SqlStore.open(database)
        report = await store.report(answer.report)
        await store.close()
        assert report is not None
        assert report.evidence is None


class TestWithoutADatabase:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "a file").touch()
        return {"database": f"sqlite:///{tmp_path / 'a file' / 'passerby.db'}"}

    async def test_a_report_that_cannot_be_written_is_to_be_sent_again(self, meet: Meet):
        ann, _, match, _ = await meet()
        await ann.send(CallReport(match.call, ReportReason.SPAM))

        refusal = await ann.refused(ErrorCode.REPORT_FAILED)
        assert refusal.about == "call.report"
        assert refusal.retry_after_s is not None


async def test_who_is_banned_meanwhile_is_turned_out_at_once(
    server: Server, arrive: Arrive, database: str
):
    ann, eve = await arrive(), await arrive(key=EVE)
    await ann.join(Mode.TEXT)
    await eve.join(Mode.TEXT)
    await ann.matched()
    await eve.matched()
    store = await SqlStore.open(database)
    person = await person_of(server, eve)
    await store.add_ban(person=person, network=None, reason="hate", made_at=0, appeal="write to us")

    refusal = await eve.receive(SessionError, DEADLINE_S)
    assert refusal.code is ErrorCode.BANNED
    assert refusal.ban is not None
    assert (refusal.ban.reason, refusal.ban.until, refusal.ban.appeal) == (
        "hate",
        None,
        "write to us",
    )
    assert await eve.closed() == CloseCode.BANNED
    await ann.receive(CallEnded)
    async with WireClient(server.urls[0]) as again:
        with pytest.raises(AssertionError, match="banned"):
            await again.hello(key=EVE)
        assert await again.closed() == CloseCode.BANNED
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)
    assert await store.lift_ban(1, 1.0)
    await store.close()
    await comes_in_again(server)


async def test_who_is_banned_while_the_socket_is_away_departs_at_once(
    server: Server, arrive: Arrive, database: str
):
    ann, eve = await arrive(), await arrive(key=EVE)
    await ann.join(Mode.TEXT)
    await eve.join(Mode.TEXT)
    await ann.matched()
    eve.drop()
    await ann.receive(CallAway)
    store = await SqlStore.open(database)
    person = await person_of(server, eve)
    await store.add_ban(person=person, network=None, reason="hate", made_at=0)
    await store.close()

    assert (await ann.receive(CallEnded)).reason is CallEnd.LEFT
    assert server.lobby.sessions == 1


async def test_a_ban_of_a_network_ends_the_sessions_whose_socket_is_away_too(
    server: Server, meet: Meet, database: str
):
    ann, eve, *_ = await meet()
    eve.drop()
    await ann.receive(CallAway)
    store = await SqlStore.open(database)
    await store.add_ban(person=None, network="127.0.0.1/32", reason="spam", made_at=0)
    await store.close()

    assert (await ann.receive_later(SessionError)).code is ErrorCode.BANNED
    assert server.lobby.sessions == 0


async def test_a_fault_while_one_ban_is_enforced_does_not_keep_the_next_from_it(
    server: Server, arrive: Arrive, database: str, monkeypatch: pytest.MonkeyPatch
):
    eve, failed = await arrive(key=EVE), asyncio.Event()

    def away() -> list[Peer]:
        failed.set()
        raise ZeroDivisionError

    store = await SqlStore.open(database)
    with monkeypatch.context() as broken:
        broken.setattr(server.lobby, "away", away)
        await store.add_ban(person="somebody", network=None, reason="hate", made_at=0)
        async with asyncio.timeout(DEADLINE_S):
            await failed.wait()
    person = await person_of(server, eve)
    await store.add_ban(person=person, network=None, reason="hate", made_at=0)
    await store.close()

    assert (await eve.receive(SessionError)).code is ErrorCode.BANNED


async def comes_in_again(server: Server) -> None:
    """Knock until the lifted ban has been read."""
    while True:
        async with WireClient(server.urls[0]) as again:
            try:
                await again.hello(key=EVE)
            except AssertionError:
                continue
            return


class TestFromTheBeginning:
    @pytest.fixture
    async def banned(self, database: str) -> None:
        store = await SqlStore.open(database)
        await store.add_ban(person=None, network="127.0.0.0/8", reason="spam", made_at=0)
        await store.add_ban(
            person=None, network="0.0.0.0/0", reason="over", made_at=0, until=1_000.0
        )
        await store.close()

    @pytest.fixture
    def settings(self, database: str, banned: None) -> dict[str, Any]:
        return {"database": database}

    async def test_an_address_range_is_kept_out(self, server: Server):
        async with WireClient(server.urls[0]) as eve:
            with pytest.raises(AssertionError, match="spam"):
                await eve.hello()
            assert await eve.closed() == CloseCode.BANNED
