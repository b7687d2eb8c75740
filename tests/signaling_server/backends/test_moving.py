"""Three servers on one Redis: a socket comes back to another one, and its session goes there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from random import Random

import pytest
import redis.asyncio as redis_asyncio
from msgspec.structs import replace

from signaling_server.backends.redis.channels import Channels
from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from signaling_server.domain.peer import NodeId
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    Bye,
    CallAway,
    CallBack,
    CallReport,
    CallReported,
    Hello,
    Mode,
    QueueJoin,
    QueueJoined,
    ReportReason,
    Scope,
    Welcome,
)
from signaling_server.protocol.versions import VERSIONS
from signaling_server.transport.inquiry import ANSWER_WITHIN_S, KEPT_MAX
from tests.signaling_server.backends.acquaintance import come
from tests.signaling_server.backends.traveller import FEATURES, Traveller, end, in_a_call
from tests.signaling_server.wire_client import WireClient

PLACES = pytest.mark.parametrize(
    ("ann_at", "bob_at", "to"), [(0, 0, 1), (0, 1, 1), (1, 0, 0), (0, 1, 2), (1, 0, 2)]
)
"""The stranger is at the server that ann leaves, at the one she comes to, or at a third."""
MOVES = 20


@pytest.fixture
def config(config: Config) -> Config:
    """Let people come back as often as a test likes."""
    return replace(config, messages_burst=1_000, session_connects_burst=100)


@pytest.fixture
async def deaf(
    stack: AsyncExitStack, link: "redis_asyncio.Redis[bytes]", servers: list[Server]
) -> str:
    """A server that says it is there, and nothing more."""
    channel = await stack.enter_async_context(link.pubsub())
    await channel.subscribe(Channels(link).of(NodeId("deaf")))
    await come(link, "deaf", servers)
    return "deaf"


@pytest.fixture
async def unheard_of(
    stack: AsyncExitStack, link: "redis_asyncio.Redis[bytes]"
) -> AsyncIterator[str]:
    """A name that is no server's; nobody may have asked it anything."""
    nobody = Channels(link).of(NodeId("nobody"))
    channel = await stack.enter_async_context(link.pubsub())
    await channel.subscribe(nobody)
    assert await channel.get_message(timeout=None) is not None
    yield "nobody"
    await link.publish(nobody, b"the last")
    last = await channel.get_message(timeout=None)
    assert last is not None
    assert last["data"] == b"the last"


async def test_who_waits_keeps_its_place(stack: AsyncExitStack, servers: list[Server]):
    ann, bob = Traveller(stack), Traveller(stack)
    begun = await ann.come(servers[0])
    search = await ann.seek(interests=["chess"], scope=Scope.ONLY)
    ann.client.drop()

    welcome = await ann.come(servers[1])

    assert (welcome.resumed, welcome.session) == (True, begun.session)
    assert [server.lobby.sessions for server in servers] == [0, 1, 0]
    await bob.come(servers[2])
    await bob.seek(interests=["Chess"], scope=Scope.ONLY)
    match = await ann.matched()
    assert (match.search, match.shared_interests) == (search, ["chess"])
    assert (await bob.matched()).call == match.call


async def test_a_session_moves_through_a_redis_that_has_no_memory_left(
    stack: AsyncExitStack, servers: list[Server], link: "redis_asyncio.Redis[bytes]"
):
    ann, bob, call = await in_a_call(stack, servers[0], servers[1])
    await link.config_set("maxmemory", 1)
    ann.client.drop()
    await bob.hear(CallAway)

    assert (await ann.come(servers[2])).call == call

    await bob.hear(CallBack)
    await end(ann, bob, call)


async def test_what_was_not_heard_of_a_search_follows(stack: AsyncExitStack, servers: list[Server]):
    ann = Traveller(stack)
    await ann.come(servers[0])
    await ann.client.send(QueueJoin(search=5, mode=Mode.VOICE))
    await ann.client.receive(QueueJoined)
    ann.client.drop()

    welcome = await ann.come(servers[1])

    assert welcome.received == 1
    assert (await ann.hear(QueueJoined)).search == 5
    await ann.client.hears_nothing()


@PLACES
async def test_a_call_goes_on_and_nothing_of_it_is_lost(
    stack: AsyncExitStack, servers: list[Server], ann_at: int, bob_at: int, to: int
):
    ann, bob, call = await in_a_call(stack, servers[ann_at], servers[bob_at])
    await ann.say(call, "before")
    await bob.hear_said("before")
    ann.client.drop()
    assert (await bob.hear(CallAway)).call == call
    await bob.say(call, "one", "two", "three")

    welcome = await ann.come(servers[to])

    assert (welcome.resumed, welcome.call, welcome.received) == (True, call, 2)
    assert (await bob.hear(CallBack)).call == call
    await bob.say(call, "four")
    await ann.hear_said("one", "two", "three", "four")
    await ann.say(call, "after")
    await bob.hear_said("after")
    await end(ann, bob, call)


@PLACES
async def test_a_second_socket_takes_over_and_the_stranger_notices_nothing(
    stack: AsyncExitStack, servers: list[Server], ann_at: int, bob_at: int, to: int
):
    ann, bob, call = await in_a_call(stack, servers[ann_at], servers[bob_at])
    first = ann.client

    welcome = await ann.come(servers[to])

    assert (welcome.resumed, welcome.call) == (True, call)
    await first.refused(ErrorCode.TAKEN_OVER)
    assert await first.closed() == CloseCode.TAKEN_OVER
    await bob.client.hears_nothing()
    await ann.say(call, "here")
    await bob.hear_said("here")
    await end(ann, bob, call)


async def test_both_of_a_call_move_about_and_hear_all_of_it_in_order(
    stack: AsyncExitStack, servers: list[Server]
):
    ann, bob, call = await in_a_call(stack, servers[0], servers[1])
    random, numbers = Random(7), count()
    for _ in range(MOVES):
        moved = random.sample([ann, bob], random.choice((1, 1, 2)))
        said = [str(next(numbers)) for _ in range(4)]
        await ann.say(call, *said)
        await bob.say(call, *said)
        welcomes = await asyncio.gather(*(who.come(random.choice(servers)) for who in moved))
        assert all(welcome.call == call for welcome in welcomes)
        # What a taken socket had not been read from is said again, as the count tells.
        for who, welcome in zip(moved, welcomes, strict=True):
            left = len(said) - (welcome.received - said_before(welcome, said))
            await who.say(call, *said[len(said) - left :])
        for who in (ann, bob):
            await who.hear_said(*said)
    await end(ann, bob, call)


def said_before(welcome: Welcome, said: list[str]) -> int:
    """Return how many counted messages a traveller had said before these: the search, and texts."""
    return 1 + int(said[0])


async def test_a_token_is_good_again_while_its_welcome_may_be_lost(
    stack: AsyncExitStack, servers: list[Server]
):
    ann, bob, call = await in_a_call(stack, servers[0], servers[0])
    used = ann.resume
    for server in (servers[1], servers[2], servers[1], servers[0]):
        ann.client.drop()
        await bob.hear(CallAway)
        ann.resume = used

        assert (await ann.come(server)).call == call

        await bob.hear(CallBack)
    await end(ann, bob, call)


async def test_a_used_token_is_worth_nothing_once_the_new_one_was_heard(
    stack: AsyncExitStack, servers: list[Server]
):
    ann, _, _ = await in_a_call(stack, servers[0], servers[0])
    used = ann.resume
    await ann.come(servers[1])
    await ann.client.hears_nothing()
    again = await stack.enter_async_context(WireClient(servers[2].urls[0]))

    assert not (await again.hello(FEATURES, ann.key, used)).resumed

    await ann.client.hears_nothing()


async def test_somebody_elses_token_is_worth_nothing(stack: AsyncExitStack, servers: list[Server]):
    ann, bob, call = await in_a_call(stack, servers[0], servers[1])
    thief = Traveller(stack)
    thief.resume = ann.resume

    welcome = await thief.come(servers[1])

    assert (welcome.resumed, welcome.call) == (False, None)
    await ann.client.hears_nothing()
    await ann.say(call, "still here")
    await bob.hear_said("still here")
    assert (await ann.come(servers[2])).resumed


async def test_more_than_was_told_cannot_have_been_heard(
    stack: AsyncExitStack, servers: list[Server]
):
    ann = Traveller(stack)
    await ann.come(servers[0])
    ann.heard = 100

    assert not (await ann.come(servers[1])).resumed


async def test_a_server_that_is_gone_is_not_waited_for(
    stack: AsyncExitStack, servers: list[Server], config: Config
):
    ann = Traveller(stack)
    async with running_server(config) as gone:
        await ann.come(gone)

    assert not (await ann.come(servers[0])).resumed


async def test_a_server_that_does_not_answer_is_waited_for_a_moment_and_nothing_is_lost(
    stack: AsyncExitStack, servers: list[Server], deaf: str
):
    client = await stack.enter_async_context(WireClient(servers[0].urls[0]))

    await client.send(Hello(list(VERSIONS), resume=f"{deaf}.token"))
    await client.send(QueueJoin(search=5, mode=Mode.TEXT))

    assert not (await client.receive(Welcome)).resumed
    assert (await client.receive(QueueJoined)).search == 5


async def test_a_hello_that_came_in_time_is_not_too_late_while_another_server_is_asked(
    stack: AsyncExitStack, link: "redis_asyncio.Redis[bytes]", config: Config
):
    hasty = replace(config, hello_timeout_s=ANSWER_WITHIN_S / 2)
    server = await stack.enter_async_context(running_server(hasty))
    channel = await stack.enter_async_context(link.pubsub())
    await channel.subscribe(Channels(link).of(NodeId("deaf")))
    await come(link, "deaf", [server])
    client = await stack.enter_async_context(WireClient(server.urls[0]))

    await client.send(Hello(list(VERSIONS), resume="deaf.token"))

    assert not (await client.receive(Welcome)).resumed


async def test_nobody_is_asked_for_a_token_that_names_no_server(
    stack: AsyncExitStack, servers: list[Server], unheard_of: str
):
    client = await stack.enter_async_context(WireClient(servers[0].urls[0]))

    assert not (await client.hello(FEATURES, resume=f"{unheard_of}.token")).resumed


async def test_who_says_too_much_before_the_welcome_is_turned_out(
    stack: AsyncExitStack, servers: list[Server], deaf: str
):
    client = await stack.enter_async_context(WireClient(servers[0].urls[0]))

    await client.send(Hello(list(VERSIONS), resume=f"{deaf}.token"))
    for _ in range(KEPT_MAX + 1):
        await client.send(Bye())

    await client.refused(ErrorCode.RATE_LIMITED)
    assert await client.closed() == CloseCode.RATE_LIMITED


async def test_a_socket_that_ends_while_its_session_comes_leaves_it_to_the_next(
    stack: AsyncExitStack, servers: list[Server]
):
    ann, bob, call = await in_a_call(stack, servers[0], servers[0])
    await ann.come_and_vanish(servers[1])
    await bob.hear(CallAway)

    assert (await ann.come(servers[2])).call == call

    await bob.hear(CallBack)
    await end(ann, bob, call)


async def test_a_call_can_be_reported_at_the_next_server(
    stack: AsyncExitStack, servers: list[Server]
):
    ann, _, call = await in_a_call(stack, servers[0], servers[0])
    await ann.client.send(CallReport(call, ReportReason.VIOLENCE))
    await ann.client.receive(CallReported)
    await ann.come(servers[1])

    await ann.client.send(CallReport(call, ReportReason.VIOLENCE))

    # The first answer was not acknowledged.
    for _ in range(2):
        assert (await ann.hear(CallReported)).call == call
