"""Reports of a real conversation at a real server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.session import reporting
from desktop_app.session.phases import Phase
from desktop_app.session.reporting import ReportOutcome
from desktop_app.settings.model import Server
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import CallReport, CallReported, ReportReason
from tests.desktop_app.scripted_server import ScriptedServer, scripted_server, welcome
from tests.desktop_app.session.fake_engine import FakeNetwork
from tests.desktop_app.session.person import DEADLINE_S, Person
from tests.server_process import ServerProcess, running_server


@pytest.fixture
async def server() -> AsyncIterator[ServerProcess]:
    async with running_server() as running:
        yield running


@pytest.fixture
async def people(tmp_path: Path, server: ServerProcess) -> AsyncIterator[tuple[Person, Person]]:
    network = FakeNetwork()
    ann, bob = Person(tmp_path, network), Person(tmp_path, network)
    for person in (ann, bob):
        await person.go_online(server.url)
    yield ann, bob
    for person in (ann, bob):
        await person.close()


async def outcome_of_report(person: Person) -> ReportOutcome:
    outcomes = outcomes_at(person)
    reportable = person.conversation.reportable
    assert reportable is not None
    person.conversation.report(reportable.call, ReportReason.HARASSMENT)
    return await next_of(outcomes)


def outcomes_at(person: Person) -> asyncio.Queue[ReportOutcome]:
    outcomes: asyncio.Queue[ReportOutcome] = asyncio.Queue()
    person.conversation.report_answered.connect(outcomes.put_nowait)
    return outcomes


async def next_of(outcomes: asyncio.Queue[ReportOutcome]) -> ReportOutcome:
    async with asyncio.timeout(DEADLINE_S):
        return await outcomes.get()


async def test_nobody_met_is_nobody_to_report(people: tuple[Person, Person]):
    ann, _ = people

    assert ann.conversation.reportable is None


async def test_a_stranger_is_reported_in_the_call_and_after_it(people: tuple[Person, Person]):
    ann, bob = people
    ann.conversation.next()
    bob.conversation.next()
    await ann.talks()
    assert await outcome_of_report(ann) is ReportOutcome.TAKEN
    assert ann.situation.phase is Phase.TALKING
    ann.conversation.stop()

    assert await outcome_of_report(ann) is ReportOutcome.TAKEN


async def test_without_a_server_a_report_has_to_be_sent_again(
    people: tuple[Person, Person], server: ServerProcess
):
    ann, bob = people
    ann.conversation.next()
    bob.conversation.next()
    await ann.talks()
    await server.stop()
    await ann.sees(lambda now: now.link_problem is not None)

    assert await outcome_of_report(ann) is ReportOutcome.FAILED


async def test_a_report_lost_with_its_session_has_to_be_sent_again(
    ann: Person, script: ScriptedServer
):
    outcomes = outcomes_at(ann)
    ann.conversation.report("call-1", ReportReason.SPAM)
    await script.hears(CallReport)
    script.drop()

    assert await next_of(outcomes) is ReportOutcome.FAILED


async def test_a_report_under_way_to_a_server_that_is_left_has_to_be_sent_again(
    ann: Person, script: ScriptedServer
):
    outcomes = outcomes_at(ann)
    ann.conversation.report("call-1", ReportReason.SPAM)
    await script.hears(CallReport)
    async with scripted_server() as other:
        ann.conversation.use_server(Server(other.url))

        assert await next_of(outcomes) is ReportOutcome.FAILED


async def test_a_report_that_nobody_answers_has_to_be_sent_again(
    ann: Person, script: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reporting, "ANSWER_WITHIN_S", 0.0)
    outcomes = outcomes_at(ann)
    ann.conversation.report("call-1", ReportReason.SPAM)

    assert await next_of(outcomes) is ReportOutcome.FAILED


async def test_the_answer_to_a_report_may_come_over_the_next_socket(
    ann: Person, script: ScriptedServer
):
    outcomes = outcomes_at(ann)
    ann.conversation.report("call-1", ReportReason.SPAM)
    await script.hears(CallReport)
    told = [welcome(resumed=True), CallReported("call-1", "report")]
    script.greet = lambda _: [encode(message) for message in told]
    script.drop()

    assert await next_of(outcomes) is ReportOutcome.TAKEN
    assert outcomes.empty()


async def test_with_a_new_key_one_is_another_person(people: tuple[Person, Person]):
    ann, bob = people
    names = []
    for _ in range(2):
        ann.conversation.next()
        bob.conversation.next()
        await bob.talks()
        assert bob.situation.stranger is not None
        names.append(bob.situation.stranger.id)
        ann.conversation.renew_key()
        await bob.sees(lambda now: now.phase is Phase.IDLE)
        await ann.sees(lambda now: now.online is not None and now.link == "online")

    assert names[0] != names[1]
