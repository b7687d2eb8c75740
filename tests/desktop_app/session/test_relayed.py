"""People on a server with a relay: addresses are hidden unless they want it otherwise."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop_app.engine_messages import ConnectionReady, PrepareConnection, RelayProblem, StartCall
from desktop_app.session import reach
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending, Link, Situation
from desktop_app.settings.model import Server
from signaling_server.protocol.messages import (
    CallNext,
    Exchange,
    Mode,
    QueueJoined,
    QueueLeave,
    QueueLeft,
    SessionOnline,
    SessionRelay,
)
from tests.desktop_app.scripted_server import ScriptedServer
from tests.desktop_app.session.conftest import Invite
from tests.desktop_app.session.person import Person
from tests.server_process import ServerProcess, running_server

TTL_S = 600


@pytest.fixture
def ttl_s() -> float:
    return TTL_S


@pytest.fixture
async def server(tmp_path: Path, ttl_s: float) -> AsyncIterator[ServerProcess]:
    file = tmp_path / "server.toml"
    file.write_text(f'[turn]\nurls = ["turn:127.0.0.1:3478"]\nsecret = "north"\nttl_s = {ttl_s}\n')
    async with running_server("--config", str(file)) as server:
        yield server


def prepared(person: Person) -> PrepareConnection:
    commands = [c for c in person.engine.commands if isinstance(c, PrepareConnection)]
    return commands[-1]


def take_back_consent(person: Person) -> None:
    (server,) = person.store.value.servers
    person.store.change(servers=(Server(url=server.url),))


async def test_calls_go_through_the_relay_alone_and_nobody_is_asked(invite: Invite):
    ann, bob = await invite(), await invite()
    for person in (ann, bob):
        take_back_consent(person)
        assert person.situation.offers_relay
        assert not person.conversation.needs_direct_consent
        assert not prepared(person).ice_servers
        person.conversation.next()
        await ready_through_relay(person)

    first = await ann.talks()
    assert await bob.talks() == first
    for person in (ann, bob):
        person.engine.get_ready()
        await ready_through_relay(person)
    for person in (ann, bob):
        person.conversation.next()
    assert await ann.talks(but_not_in=first) == await bob.talks(but_not_in=first)
    starts = [c for c in ann.engine.commands if isinstance(c, StartCall)]
    assert starts[-1].exchange is Exchange.PAIRED
    for person in (ann, bob):
        assert prepared(person).relay_only
        (relay,) = prepared(person).ice_servers
        assert relay.urls == ["turn:127.0.0.1:3478"]
        assert relay.username and relay.credential


async def ready_through_relay(person: Person) -> None:
    """Wait until a connection is in hand that was prepared with the relay, in a search or after."""
    search = person.conversation._searching._search
    await person.sees(lambda _: search._ready is not None and search._ready.relay_only)


async def test_a_description_from_before_the_relay_was_known_is_never_parked(invite: Invite):
    ann = await invite()
    take_back_consent(ann)
    search, seen = ann.conversation._searching._search, []
    ann.engine.received.connect(lambda _: seen.append(search._ready))
    ann.conversation.reconnect()
    ann.conversation.next()
    await ready_through_relay(ann)
    ann.engine.tell(ConnectionReady("late", Mode.VIDEO, "typ host", relay_only=False))
    ann.engine.get_ready()
    count = len(seen)
    await ann.sees(lambda _: len(seen) >= count + 2)

    assert all(ready is None or ready.relay_only for ready in seen)


async def test_next_before_the_server_answers_asks_only_where_there_is_no_relay(
    server: ServerProcess, invite: Invite, tmp_path: Path
):
    ann = await invite()
    take_back_consent(ann)
    ann.conversation.reconnect()
    ann.conversation.next()

    await ann.sees(lambda now: now.link is Link.ONLINE and now.phase is Phase.SEARCHING)


async def test_who_wants_direct_calls_gets_them(invite: Invite):
    ann = await invite()
    ann.conversation.next()
    await ready_through_relay(ann)
    ann.conversation.stop()

    ann.conversation.set_prefers_direct(True)

    assert not prepared(ann).relay_only
    assert prepared(ann).ice_servers
    ann.conversation.set_prefers_direct(False)
    assert prepared(ann).relay_only
    assert ann.conversation._searching._search._ready is None


async def test_a_dead_relay_holds_the_search_until_it_is_back(invite: Invite):
    ann, bob = await invite(), await invite()
    ann.conversation.next()
    await ready_through_relay(ann)
    left: list[QueueLeft] = []
    ann.link.received.connect(lambda m: left.append(m) if isinstance(m, QueueLeft) else None)
    ann.engine.relay_problem = RelayProblem.UNREACHABLE
    ann.engine.get_ready()
    await ann.sees(lambda now: left and now.relay_problem is RelayProblem.UNREACHABLE)
    assert ann.situation.phase is Phase.SEARCHING
    joined: list[QueueJoined] = []
    bob.link.received.connect(lambda m: joined.append(m) if isinstance(m, QueueJoined) else None)
    bob.conversation.next()
    await bob.sees(lambda _: joined)
    assert not [c for c in ann.engine.commands if isinstance(c, StartCall)]

    ann.engine.relay_problem = None
    ann.engine.get_ready()

    assert await ann.talks() == await bob.talks()
    assert ann.situation.relay_problem is None


async def has_been_ready(person: Person) -> None:
    """Search, and stop again with a connection in hand."""
    person.conversation.next()
    await ready_through_relay(person)
    person.conversation.stop()


async def test_a_relay_that_dies_is_known_before_the_next_search(invite: Invite):
    ann = await invite()
    await has_been_ready(ann)
    ann.engine.relay_problem = RelayProblem.REFUSED
    ann.engine.get_ready()

    now = await ann.sees(lambda now: now.relay_problem)
    assert now.phase is Phase.IDLE


async def test_direct_calls_help_against_a_dead_relay(invite: Invite):
    ann, bob = await invite(), await invite()
    await has_been_ready(ann)
    bob.conversation.next()
    ann.engine.relay_problem = RelayProblem.FULL
    ann.engine.get_ready()
    await ann.sees(lambda now: now.relay_problem)
    ann.conversation.next()

    ann.conversation.set_prefers_direct(True)

    await ann.talks()
    assert ann.situation.relay_problem is None


@pytest.mark.parametrize("ttl_s", [2])
async def test_access_ends_for_the_idle_and_comes_back_with_the_search(invite: Invite):
    ann, bob = await invite(), await invite()
    await has_been_ready(ann)
    await ann.sees(lambda _: not prepared(ann).ice_servers)
    assert ann.conversation._searching._search._ready is None
    assert prepared(ann).relay_only

    ann.conversation.next()
    await ready_through_relay(ann)
    bob.conversation.next()

    assert await ann.talks() == await bob.talks()


@pytest.mark.parametrize("ttl_s", [2])
async def test_access_is_renewed_while_searching(invite: Invite):
    ann = await invite()
    ann.conversation.next()
    await ready_through_relay(ann)
    seen: set[str | None] = set()

    def three_seen(_: Situation) -> bool:
        seen.add(prepared(ann).ice_servers[0].username)
        return len(seen) == 3

    await ann.sees(three_seen)

    assert len({str(name).partition(":")[2] for name in seen}) == 1


async def test_a_relay_that_dies_ends_a_call_that_has_not_begun(invite: Invite):
    ann, bob = await invite(), await invite()
    ann.engine.has_path = False
    for person in (ann, bob):
        person.conversation.next()
    await ann.sees(lambda now: now.phase is Phase.CONNECTING)
    ann.engine.relay_problem = RelayProblem.UNREACHABLE

    ann.engine.get_ready()

    now = await ann.sees(lambda now: now.phase is Phase.IDLE)
    assert now.ending is Ending.NO_RELAY
    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.LEFT


@pytest.mark.parametrize("ttl_s", [2])
async def test_who_was_held_up_by_the_relay_asks_for_access_anew_when_it_is_over(invite: Invite):
    """What the server gave may be what the relay refuses."""
    ann, bob = await invite(), await invite()
    ann.engine.relay_problem = RelayProblem.REFUSED
    ann.conversation.next()
    await ann.sees(lambda now: now.relay_problem is RelayProblem.REFUSED)
    refused = prepared(ann).ice_servers
    await ann.sees(lambda _: prepared(ann).ice_servers not in ([], refused))
    ann.engine.relay_problem = None
    bob.conversation.next()

    assert await ann.talks() == await bob.talks()


@pytest.mark.parametrize("valid_s", [0.0, -1.0])
async def test_access_that_is_over_at_once_is_not_asked_for_at_once_again(
    ann: Person, script: ScriptedServer, monkeypatch: pytest.MonkeyPatch, valid_s: float
):
    monkeypatch.setattr(reach, "VALID_MIN_S", TTL_S)
    ann.conversation.next()
    await script.hears(CallNext)
    await script.say(SessionRelay(["turn:127.0.0.1"], "name", "word", valid_s), SessionOnline(7))
    await ann.sees(lambda now: now.online == 7)
    ann.conversation.stop()
    others, _ = await script.hears_until(QueueLeave)

    assert not any(isinstance(message, CallNext) for message in others)
