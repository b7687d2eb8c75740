"""What the server refuses of a search: said again when it may be, or told to the person."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.engine_messages import StartCall
from desktop_app.session import conversation, searching
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallNext,
    Mode,
    QueueJoin,
    QueueJoined,
    QueueLeave,
    SessionError,
    SessionOnline,
)
from tests.desktop_app.scripted_server import ScriptedServer
from tests.desktop_app.session.conftest import Invite
from tests.desktop_app.session.person import Person
from tests.desktop_app.session.test_crossing import matched
from tests.server_process import ServerProcess, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """One that takes one search a second from each."""
    file = tmp_path / "server.toml"
    file.write_text("searches_per_s = 1.0\nsearches_burst = 1\n", encoding="utf-8")
    async with running_server("--config", str(file)) as running:
        yield running


@pytest.fixture(autouse=True)
def every_press_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "NEXT_INTERVAL_S", 0.0)
    monkeypatch.setattr(searching, "REFUSED_MIN_S", 0.0)


def too_fast(about: str, retry_after_s: float | None = 0.0) -> SessionError:
    return SessionError(ErrorCode.RATE_LIMITED, "", about, retry_after_s)


async def begin_search(ann: Person, script: ScriptedServer) -> CallNext:
    ann.conversation.next()
    return await script.hears(CallNext)


async def test_presses_that_are_too_many_for_a_real_server_lead_to_somebody_all_the_same(
    invite: Invite,
):
    ann, bob, cleo = [await invite() for _ in range(3)]
    for person in (ann, bob):
        person.conversation.next()
    first = await ann.talks()
    assert await bob.talks() == first
    cleo.conversation.next()
    await cleo.sees(lambda now: now.phase is Phase.SEARCHING)
    ann.link.send(QueueJoin(search=1, mode=Mode.VIDEO))  # takes the place of the press
    ann.conversation.next()
    await ann.sees(lambda now: now.too_fast_until is not None)
    ann.conversation.next()

    assert await ann.talks(but_not_in=first) == await cleo.talks()
    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.NEXT
    assert ann.situation.too_fast_until is None


async def test_a_press_during_the_wait_does_not_end_it(ann: Person, script: ScriptedServer):
    first = await begin_search(ann, script)
    await script.say(too_fast("call.next", 0.1))
    await ann.sees(lambda now: now.too_fast_until is not None)
    ann.conversation.next()

    assert (await script.hears(CallNext)).search > first.search
    await ann.sees(lambda now: now.too_fast_until is None)


async def test_stop_during_the_wait_ends_it(ann: Person, script: ScriptedServer):
    await begin_search(ann, script)
    await script.say(too_fast("call.next", 100.0))
    await ann.sees(lambda now: now.too_fast_until is not None)
    ann.conversation.stop()

    await script.hears(QueueLeave)
    assert ann.situation.too_fast_until is None


async def test_a_refusal_that_does_not_say_when_is_tried_again_too(
    ann: Person, script: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(searching, "REFUSED_S", 0.0)
    first = await begin_search(ann, script)
    await script.say(too_fast("call.next", None))

    assert (await script.hears(CallNext)).search > first.search


async def test_a_refusal_of_anything_else_costs_no_place(ann: Person, script: ScriptedServer):
    await begin_search(ann, script)
    await script.say(*map(too_fast, ("interests.suggest", "call.candidate")), SessionOnline(7))
    await ann.sees(lambda now: now.online == 7)
    ann.conversation.stop()
    others, _ = await script.hears_until(QueueLeave)

    assert others == []
    assert all(now.too_fast_until is None for now in ann.seen)


async def test_a_fresher_connection_that_is_refused_keeps_the_place(
    ann: Person, script: ScriptedServer
):
    first = await begin_search(ann, script)
    await script.say(QueueJoined(first.search, online=2))
    ann.engine.get_ready()
    await script.hears(QueueJoin)
    await script.say(too_fast("queue.join"))
    others, _ = await script.hears_until(QueueJoin)

    assert others == []


async def test_what_matches_a_search_before_the_one_said_again_is_over(
    ann: Person, script: ScriptedServer
):
    first = await begin_search(ann, script)
    await script.say(too_fast("call.next"))
    newer = await script.hears(CallNext)
    await script.say(matched(first.search, "call-1"), matched(newer.search, "call-2"))
    await ann.sees(lambda now: now.call == "call-2")

    assert [c.call for c in ann.engine.commands if isinstance(c, StartCall)] == ["call-2"]


@pytest.mark.parametrize("about", ["call.next", "queue.join"])
@pytest.mark.parametrize("code", [ErrorCode.MALFORMED, ErrorCode.UNKNOWN_POOL])
async def test_a_search_that_no_server_would_take_ends_with_a_word(
    ann: Person, script: ScriptedServer, about: str, code: ErrorCode
):
    await begin_search(ann, script)
    await script.say(SessionError(code, "", about))

    now = await ann.sees(lambda now: now.phase is Phase.IDLE)
    assert now.ending is Ending.SEARCH_REFUSED
    await script.hears(QueueLeave)


async def test_a_match_that_crosses_a_fresher_connection_is_no_refusal(
    ann: Person, script: ScriptedServer
):
    first = await begin_search(ann, script)
    await script.say(SessionError(ErrorCode.WRONG_STATE, "", "queue.join"), matched(first.search))

    await ann.sees(lambda now: now.phase is Phase.CONNECTING)
    assert all(now.ending is None for now in ann.seen)


async def test_leaving_that_is_refused_is_said_again(ann: Person, script: ScriptedServer):
    await begin_search(ann, script)
    ann.conversation.stop()
    await script.hears(QueueLeave)
    await script.say(too_fast("queue.leave"))

    await script.hears(QueueLeave)


async def test_a_stranger_found_for_somebody_who_has_stopped_is_not_kept_waiting(
    ann: Person, script: ScriptedServer
):
    first = await begin_search(ann, script)
    ann.conversation.stop()
    await script.hears(QueueLeave)
    await script.say(matched(first.search))

    await script.hears(QueueLeave)
    assert ann.situation.phase is Phase.IDLE
