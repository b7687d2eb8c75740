"""Two servers on one Redis: who comes back to the other one, and a Redis that goes and comes."""

import asyncio
from contextlib import AsyncExitStack

import msgspec
import pytest
import redis.asyncio as redis_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.backends.redis import node
from signaling_server.backends.redis.channels import Channels
from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallEnd,
    CallEnded,
    InterestsSuggest,
    InterestsSuggested,
    QueueMatched,
)
from tests.redis_process import RedisProcess
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

ASK_AGAIN_AFTER_S = 0.25


class Someone:
    """A person with a key, at one server after the other."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._key = Ed25519PrivateKey.generate()
        self.ticket: str | None = None
        self.client: WireClient

    async def arrive(self, at: Server) -> None:
        self.client = await self._stack.enter_async_context(WireClient(at.urls[0]))
        await self.client.hello(key=self._key, ticket=self.ticket)

    async def matched(self) -> QueueMatched:
        match = await self.client.matched()
        self.ticket = match.ticket
        return match


async def in_a_call(
    stack: AsyncExitStack, servers: list[Server], places: tuple[int, int]
) -> tuple[Someone, Someone, str]:
    """Bring two together at these servers."""
    ann, bob = Someone(stack), Someone(stack)
    for person, place in ((ann, places[0]), (bob, places[1])):
        await person.arrive(servers[place])
        await person.client.join()
    call = (await ann.matched()).call
    assert (await bob.matched()).call == call
    return ann, bob, call


async def go_on(ann: Someone, bob: Someone, call: str) -> None:
    """See that the call is relayed both ways, and that its end is told."""
    for one, other in ((ann, bob), (bob, ann)):
        await one.client.send(CallCandidate(call, "token"))
        assert (await other.client.receive(CallCandidate)).candidate == "token"
    await bob.client.next()
    assert await ann.client.receive(CallEnded) == CallEnded(call, CallEnd.NEXT)


@pytest.mark.parametrize("places", [(0, 0), (0, 1)])
async def test_who_comes_back_to_another_server_is_in_the_same_call(
    stack: AsyncExitStack, servers: list[Server], places: tuple[int, int]
):
    ann, bob, call = await in_a_call(stack, servers, places)
    bob.client.drop()
    assert (await ann.client.receive(CallAway)).call == call

    await bob.arrive(servers[2])
    assert bob.client.welcome is not None
    assert bob.client.welcome.call == call

    assert (await ann.client.receive(CallBack)).call == call
    await bob.client.receive(CallAway)
    await bob.client.receive(CallBack)
    await go_on(ann, bob, call)


@pytest.mark.parametrize("begins", [(0, 1), (1, 0)])
async def test_who_comes_back_to_the_strangers_server_is_in_the_same_call(
    stack: AsyncExitStack, servers: list[Server], begins: tuple[int, int]
):
    ann, bob, call = await in_a_call(stack, servers, begins)
    bob.client.drop()
    await ann.client.receive(CallAway)

    await bob.arrive(servers[begins[0]])

    assert (await ann.client.receive(CallBack)).call == call
    await go_on(ann, bob, call)


async def test_a_call_that_had_gone_to_a_server_that_is_gone_comes_back(
    stack: AsyncExitStack, servers: list[Server], config: Config
):
    ann, bob, call = await in_a_call(stack, servers, (0, 0))
    async with running_server(config) as other:
        for person, stranger in ((ann, bob), (bob, ann)):
            person.client.drop()
            await stranger.client.receive_later(CallAway)
            await person.arrive(other)
            await stranger.client.receive_later(CallBack)
        # What comes after it has come from there, so the first server knows that both have left.
        await in_a_call(stack, [servers[0], other], (0, 1))

    for person in (ann, bob):
        await person.arrive(servers[0])
        assert person.client.welcome is not None
        assert person.client.welcome.call == call


async def test_without_a_redis_each_server_pairs_its_own_and_everything_heals(
    stack: AsyncExitStack, servers: list[Server], redis: RedisProcess
):
    ann, bob, call = await in_a_call(stack, servers, (0, 1))
    await redis.kill()
    one, other = Someone(stack), Someone(stack)
    for person in (one, other):
        await person.arrive(servers[2])
        await person.client.join()
    assert (await one.matched()).call == (await other.matched()).call
    alone = Someone(stack)
    await alone.arrive(servers[2])
    await alone.client.join()
    await ann.client.send(CallCandidate(call, "said meanwhile"))
    await alone.client.hears_nothing()

    await redis.start()

    assert (await bob.client.receive(CallCandidate)).candidate == "said meanwhile"
    await bob.client.next()
    assert await ann.client.receive(CallEnded) == CallEnded(call, CallEnd.NEXT)
    assert (await alone.matched()).call == (await bob.matched()).call


@pytest.mark.parametrize("setting", ["maxmemory", "min-replicas-to-write"])
async def test_a_redis_that_refuses_to_write_still_carries_what_servers_say(
    stack: AsyncExitStack,
    servers: list[Server],
    link: "redis_asyncio.Redis[bytes]",
    setting: str,
):
    ann, bob, call = await in_a_call(stack, servers, (0, 1))
    await link.config_set(setting, 1)
    alone, one, other = [Someone(stack) for _ in range(3)]
    for person, place in ((alone, 0), (one, 2), (other, 2)):
        await person.arrive(servers[place])
        await person.client.join()
    assert (await one.matched()).call == (await other.matched()).call
    await go_on(ann, bob, call)

    await link.config_set(setting, 0)

    assert (await alone.matched()).call == (await bob.matched()).call


async def test_a_redis_that_has_become_a_replica_is_left(
    stack: AsyncExitStack, servers: list[Server], link: "redis_asyncio.Redis[bytes]"
):
    ann, bob, call = await in_a_call(stack, servers, (0, 1))
    before = await listeners(link)
    await link.execute_command("REPLICAOF", "127.0.0.1", 1)
    alone = Someone(stack)
    await alone.arrive(servers[2])
    await alone.client.join()
    async with asyncio.timeout(DEADLINE_S):
        while before <= (now := await listeners(link)):
            assert now
            await asyncio.sleep(ASK_AGAIN_AFTER_S)

    await link.execute_command("REPLICAOF", "NO", "ONE")

    await bob.client.next()
    assert await ann.client.receive(CallEnded) == CallEnded(call, CallEnd.NEXT)
    assert (await alone.matched()).call == (await bob.matched()).call


async def listeners(link: "redis_asyncio.Redis[bytes]") -> set[str]:
    """Return the connections over which servers hear each other."""
    return {client["id"] for client in await link.client_list() if int(client["sub"]) > 1}


async def test_what_is_said_while_a_server_does_not_listen_arrives_once_and_in_order(
    stack: AsyncExitStack, servers: list[Server], link: "redis_asyncio.Redis[bytes]"
):
    ann, bob, call = await in_a_call(stack, servers, (0, 1))
    for listener in await listeners(link):
        await link.execute_command("CLIENT", "KILL", "ID", listener)
    said = [str(number) for number in range(5)]
    for one in (ann, bob):
        for text in said:
            await one.client.send(CallCandidate(call, text))

    for other in (bob, ann):
        assert [(await other.client.receive(CallCandidate)).candidate for _ in said] == said
    await go_on(ann, bob, call)


async def test_what_a_server_of_another_version_says_is_passed_over(
    stack: AsyncExitStack, servers: list[Server], link: "redis_asyncio.Redis[bytes]"
):
    ann, bob, call = await in_a_call(stack, servers, (0, 1))
    before = await listeners(link)
    unknown = {"type": "what a later version says", "of": "something"}
    for said in (msgspec.msgpack.encode(("later", [(1, unknown)])), b"no MessagePack at all"):
        await link.publish(Channels(link).all, said)

    await go_on(ann, bob, call)
    assert await listeners(link) == before


async def test_what_people_at_several_servers_search_with_is_suggested_at_each(
    stack: AsyncExitStack, servers: list[Server], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(node, "TELL_WORDS_EVERY_S", 1.0)
    people = [Someone(stack) for _ in servers]
    for person, server in zip(people, servers, strict=True):
        await person.arrive(server)
        await person.client.join(interests=["Jazz"])
    asker = Someone(stack)
    await asker.arrive(servers[1])

    async with asyncio.timeout(DEADLINE_S):
        suggested: list[str] = []
        while not suggested:
            await asker.client.send(InterestsSuggest("ja"))
            suggested = (await asker.client.receive(InterestsSuggested)).interests
            await asyncio.sleep(ASK_AGAIN_AFTER_S)

    assert suggested == ["jazz"]


async def test_a_fault_in_one_beat_of_a_server_does_not_end_the_others(
    servers: list[Server], monkeypatch: pytest.MonkeyPatch
):
    failed, went_on = asyncio.Event(), asyncio.Event()

    def hear_of_others(online: int, people: dict[str, int]) -> None:
        if not failed.is_set():
            failed.set()
            raise ZeroDivisionError
        went_on.set()

    with monkeypatch.context() as broken:
        broken.setattr(servers[0].lobby, "hear_of_others", hear_of_others)

        async with asyncio.timeout(DEADLINE_S):
            await went_on.wait()
