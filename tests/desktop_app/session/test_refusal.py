"""What a person can do after a real server has said no."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from desktop_app.session import refusal
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending, Link, LinkProblem
from signaling_server.storage.store import SqlStore
from tests.desktop_app.session.conftest import Invite
from tests.server_process import ServerProcess, running_server

BanEverybody = Callable[..., Awaitable[int]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with running_server("--state-dir", str(tmp_path / "server")) as running:
        yield running


@pytest.fixture
async def store(server: ServerProcess, tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = await SqlStore.open(f"sqlite:///{tmp_path / 'server' / 'passerby.db'}")
    yield opened
    await opened.close()


@pytest.fixture
def ban_everybody(store: SqlStore) -> BanEverybody:
    async def ban(lasting_s: float = 3_600.0) -> int:
        now = time.time()
        until = now + lasting_s
        network = "127.0.0.0/8"
        return await store.add_ban(
            person=None, network=network, reason="spam", made_at=now, until=until
        )

    return ban


async def test_next_asks_a_server_that_has_refused_again(
    invite: Invite, store: SqlStore, ban_everybody: BanEverybody
):
    ann = await invite()
    number = await ban_everybody()
    await ann.sees(lambda now: now.link is Link.REFUSED)
    ann.conversation.next()
    await ann.sees(lambda now: now.link is Link.CONNECTING)
    await ann.sees(lambda now: now.link is Link.REFUSED)
    await store.lift_ban(number, time.time())
    # The store's hint takes the server a moment: until then it refuses.
    while ann.situation.link is not Link.ONLINE:
        ann.conversation.next()
        await ann.sees(lambda now: now.link is Link.CONNECTING)
        await ann.sees(lambda now: now.link in (Link.REFUSED, Link.ONLINE))

    await ann.sees(lambda now: now.phase is Phase.SEARCHING and now.online == 1)


async def test_who_searches_when_a_ban_is_over_comes_back_without_a_press(
    invite: Invite, ban_everybody: BanEverybody, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(refusal, "ASKED_AGAIN_AFTER_MIN_S", 0.1)
    ann, bob = await invite(), await invite()
    ann.conversation.next()
    await ban_everybody(3.0)
    for person in (ann, bob):
        await person.sees(lambda now: now.link is Link.REFUSED)

    assert (await ann.sees(lambda now: now.link is Link.ONLINE)).phase is Phase.SEARCHING
    assert bob.situation.link is Link.REFUSED


@pytest.mark.parametrize(("auto_next", "phase"), [(False, Phase.IDLE), (True, Phase.SEARCHING)])
async def test_a_ban_in_the_middle_of_a_call_ends_it_as_the_servers_doing(
    invite: Invite, ban_everybody: BanEverybody, auto_next: bool, phase: Phase
):
    people = [await invite(auto_next=auto_next) for _ in range(2)]
    for person in people:
        person.conversation.next()
    for person in people:
        await person.talks()

    await ban_everybody()

    for person in people:
        now = await person.sees(lambda now: now.call is None and now.link is Link.REFUSED)
        assert (now.phase, now.link_problem) == (phase, LinkProblem.BANNED)
    # The second one may have been told first that the first one has left.
    assert Ending.BANNED in {person.situation.ending for person in people}
    assert Ending.LOST not in {person.situation.ending for person in people}
