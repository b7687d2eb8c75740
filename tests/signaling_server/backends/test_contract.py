"""What holds wherever people wait: in one server's memory, or in a Redis that two servers share."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    Bye,
    CallAway,
    CallBack,
    CallCandidate,
    CallEnd,
    CallEnded,
    Pool,
    QueueLeave,
    QueueLeft,
    QueueMatched,
    Scope,
    SessionOnline,
)
from tests.redis_process import running_redis
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.wire_client import WireClient

ROUNDS = 3
"""Pairs that meet before a line is taken as settled: a refused proposal takes a few messages."""


class House:
    """The servers of one pool, and people who arrive at each in turn."""

    def __init__(self, servers: list[Server], clock: ManualClock, stack: AsyncExitStack) -> None:
        self.servers = servers
        self._clock = clock
        self._stack = stack
        self._numbers = count()

    async def arrive(self, at: int | None = None, **hello: Any) -> WireClient:
        server = self.servers[(next(self._numbers) if at is None else at) % len(self.servers)]
        client = await self._stack.enter_async_context(WireClient(server.urls[0]))
        await client.hello(**hello)
        return client

    def pass_time(self, seconds: float) -> None:
        self._clock.advance(seconds)
        for server in self.servers:
            server.pass_time()

    async def settle(self) -> None:
        """Return once all that was asked of the line before has been done."""
        for _ in range(ROUNDS):
            word = f"sentinel {next(self._numbers)}"
            pair = [await self.arrive(at) for at in range(2)]
            for one in pair:
                await one.join(interests=[word], scope=Scope.ONLY)
            for one in pair:
                await one.matched()
                await one.send(Bye())


@asynccontextmanager
async def opened(kind: str, clock: ManualClock, **settings: Any) -> AsyncIterator[House]:
    config = {"host": ["127.0.0.1"], "port": 0, "metrics_port": 0, "secret": "shared", **settings}
    config["pools"] = [Pool("main"), Pool("owls")]
    async with AsyncExitStack() as stack:
        number = 1
        if kind == "redis":
            redis = await stack.enter_async_context(running_redis())
            config["backend"], number = redis.url, 2
        servers = [
            await stack.enter_async_context(running_server(Config(**config), clock, Random(seed)))
            for seed in range(number)
        ]
        yield House(servers, clock, stack)


KINDS = ("memory", "redis")


@pytest.fixture(params=KINDS)
async def house(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[House]:
    async with opened(request.param, clock) as house:
        yield house


async def heard(person: WireClient) -> QueueMatched | None:
    """Return the match that a person has been told of, None when it was told nothing."""
    await person.send_raw('{"type":"test.anything_else"}')
    told = await person.receive_any()
    if isinstance(told, QueueMatched):
        await person.refused(ErrorCode.UNKNOWN_TYPE)
        return told
    return None


async def test_everybody_of_a_crowd_is_handed_out_once(house: House):
    crowd = [await house.arrive() for _ in range(12)]
    for person in crowd:
        await person.join()

    calls = Counter([(await person.matched()).call for person in crowd])

    assert set(calls.values()) == {2}
    await house.settle()
    for person in crowd:
        await person.hears_nothing()


async def test_a_call_is_relayed_and_each_end_told(house: House):
    ann, bob = await house.arrive(), await house.arrive()
    await ann.join(description="ann's")
    await bob.join(description="bob's")
    anns, bobs = await ann.matched(), await bob.matched()
    assert (anns.description, bobs.description) == ("bob's", "ann's")

    await ann.send(CallCandidate(anns.call, "token"))
    assert (await bob.receive(CallCandidate)).candidate == "token"
    await bob.next()
    assert await ann.receive(CallEnded) == CallEnded(anns.call, CallEnd.NEXT)


async def test_a_stranger_who_drops_is_away_until_it_is_back(house: House):
    ann, bob = await house.arrive(), await house.arrive()
    for person in (ann, bob):
        await person.join()
    match = await ann.matched()
    await bob.matched()
    assert bob.welcome is not None

    bob.drop()
    assert (await ann.receive(CallAway)).call == match.call
    again = await house.arrive(at=1, resume=bob.welcome.resume)
    assert (await ann.receive(CallBack)).call == match.call
    await again.send(Bye())
    assert await ann.receive(CallEnded) == CallEnded(match.call, CallEnd.LEFT)


async def test_who_has_left_is_not_handed_out(house: House):
    ann, bob, cid = [await house.arrive() for _ in range(3)]
    await ann.join()
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)
    await bob.join()
    await house.settle()
    await bob.hears_nothing()
    await cid.join()

    assert (await bob.matched()).call == (await cid.matched()).call
    await ann.hears_nothing()


async def part_by_a_block(ann: WireClient, bob: WireClient) -> None:
    """Let two meet and search again, of whom the first blocks the second."""
    for person in (ann, bob):
        await person.join()
    name = (await ann.matched()).stranger
    await bob.matched()
    await ann.next(blocked=[name])
    await bob.receive(CallEnded)
    await bob.next()


async def test_a_block_holds_in_every_stage_and_keeps_nobody_else_away(house: House):
    ann, bob, cid = [await house.arrive() for _ in range(3)]
    await part_by_a_block(ann, bob)
    for _ in range(5):
        house.pass_time(limits.REPEAT_AFTER_S)
        await house.settle()
    await ann.hears_nothing()
    await cid.join()
    match = await cid.matched()
    await house.settle()

    met = [told.call for person in (ann, bob) if (told := await heard(person)) is not None]
    assert met == [match.call]


async def test_a_block_that_is_undone_holds_no_longer(house: House):
    ann, bob = await house.arrive(), await house.arrive()
    await part_by_a_block(ann, bob)
    for _ in range(3):
        house.pass_time(limits.REPEAT_AFTER_S)
        await house.settle()
    await ann.next()
    house.pass_time(limits.REPEAT_AFTER_S)

    assert (await ann.matched()).call == (await bob.matched()).call


async def test_recent_partners_meet_again_in_the_last_stage(house: House):
    ann, bob = await house.arrive(), await house.arrive()
    for person in (ann, bob):
        await person.join()
    for person in (ann, bob):
        await person.matched()
    await ann.next()
    await bob.receive(CallEnded)
    await bob.next()
    await house.settle()
    await ann.hears_nothing()
    house.pass_time(limits.REPEAT_AFTER_S)

    assert (await ann.matched()).call == (await bob.matched()).call


async def test_two_windows_of_one_person_never_meet(house: House):
    key = Ed25519PrivateKey.generate()
    ann, too = [await house.arrive(key=key) for _ in range(2)]
    for window in (ann, too):
        await window.join()
    house.pass_time(limits.REPEAT_AFTER_S)
    await house.settle()

    await ann.hears_nothing()
    await too.hears_nothing()


async def test_the_rarest_common_interest_goes_first_and_both_are_told(house: House):
    music = [await house.arrive() for _ in range(4)]
    for person, language in zip(music, ("ab", "ac", "ad", "ae"), strict=True):
        # They share an interest but no language, so they wait beside each other.
        await person.join(interests=["music"], scope=Scope.ONLY, languages=[language])
    rare = await house.arrive()
    await rare.join(interests=["Theremin", "music"], scope=Scope.ONLY, languages=["zz"])
    await house.settle()
    seeker = await house.arrive()
    await seeker.join(interests=["music", "theremin"], scope=Scope.ONLY, languages=["zz", "ab"])

    match = await seeker.matched()
    assert match.call == (await rare.matched()).call
    assert sorted(match.shared_interests) == ["music", "theremin"]
    assert match.shared_languages == ["zz"]


async def test_a_search_widens_until_anybody_will_do_and_only_never(house: House):
    ann, bob, cid = [await house.arrive() for _ in range(3)]
    await ann.join(interests=["jazz"], languages=["fi"])
    await bob.join(interests=["chess"], languages=["en"])
    await cid.join(interests=["opera"], scope=Scope.ONLY)
    await house.settle()
    await ann.hears_nothing()
    for _ in range(2):
        house.pass_time(limits.WIDEN_EVERY_S)

    assert (await ann.matched()).call == (await bob.matched()).call
    house.pass_time(limits.REPEAT_AFTER_S)
    await house.settle()
    await cid.hears_nothing()


async def test_nobody_crosses_from_pool_to_pool(house: House):
    ann, bob, cid = [await house.arrive() for _ in range(3)]
    await ann.join(pool="owls")
    await bob.join()
    house.pass_time(limits.REPEAT_AFTER_S)
    await house.settle()
    await ann.hears_nothing()
    await cid.join(pool="main")

    assert (await bob.matched()).call == (await cid.matched()).call


@pytest.mark.parametrize("kind", KINDS)
async def test_everybody_online_is_counted(kind: str, clock: ManualClock):
    async with opened(kind, clock, online_interval_s=0.05) as house:
        ann = await house.arrive()
        others = [await house.arrive() for _ in range(3)]

        while (await ann.receive(SessionOnline)).online != 1 + len(others):
            pass
