"""What a server says to others, and keeps for those that do not listen."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from random import Random

import pytest
import redis.asyncio as redis_asyncio

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.backends.redis import link as link_module
from signaling_server.backends.redis.line import SharedLine
from signaling_server.backends.redis.link import KEPT_MAX, MESSAGES_AT_ONCE, Bundle, Link
from signaling_server.domain.node_messages import Alive, NodeMessage, Relayed
from signaling_server.domain.peer import NodeId
from signaling_server.protocol.messages import CallCandidate
from tests.redis_process import RedisProcess
from tests.signaling_server.wire_client import DEADLINE_S

HERE, THERE = NodeId("here"), NodeId("there")

AWAY = "redis (backend) is away, and this server pairs its own people until it is back"


def link_of(node: NodeId, url: str) -> Link:
    return Link(url, SharedLine(node, MemoryLine(Random(1))))


class DeafLink(Link):
    """Reaches nobody until it is heard, or fails."""

    def __init__(self) -> None:
        super().__init__("redis://127.0.0.1:1", SharedLine(HERE, MemoryLine(Random(1))))
        self.fails = self.is_heard = False
        self.listener = Listener()
        self.published: list[list[Bundle]] = []

    async def _publish(self, bundles: list[Bundle]) -> list[int]:
        if self.fails:
            self.post(THERE, said("the newest"))
            raise ConnectionError
        self.published.append(bundles)
        return [int(self.is_heard)] * len(bundles)

    async def tell(self) -> None:
        await self._tell(self.listener)

    def told(self) -> list[str]:
        """Return what was said to others in the last bundles."""
        return candidates(message for _, numbered in self.published[-1] for _, message in numbered)


class Listener:
    """Notes what comes."""

    def __init__(self) -> None:
        self.said: list[NodeMessage] = []
        self.lost: list[NodeMessage] = []
        self.comings = 0
        self._news = asyncio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def undelivered(self, message: NodeMessage) -> None:
        self.lost.append(message)

    def pairs_proposed(self, pairs: Iterable[tuple[str, str]]) -> None: ...

    def heard(self, message: NodeMessage) -> None:
        self.said.append(message)
        self._news.set()

    def came(self) -> None:
        self.comings += 1
        self._news.set()

    def went(self) -> None: ...


class FaultyListener(Listener):
    def went(self) -> None:
        raise ValueError


def said(text: str) -> Relayed:
    return Relayed(HERE, CallCandidate("call", text))


def candidates(messages: Iterable[NodeMessage]) -> list[str]:
    return [told.message.candidate for told in messages if isinstance(told, Relayed)]  # type: ignore[union-attr]


async def test_what_a_server_did_not_hear_goes_before_what_follows():
    link = DeafLink()
    link.post(THERE, said("one"))
    await link.tell()
    link.post(THERE, said("two"))
    await link.tell()
    link.is_heard = True
    link.post(THERE, said("three"))
    await link.tell()

    assert link.told() == ["one", "two", "three"]


async def test_what_is_kept_for_a_server_is_not_sent_again_with_each_message():
    link = DeafLink()
    texts = [str(number) for number in range(10)]
    for text in texts:
        link.post(THERE, said(text))
        await link.tell()
    link.post(THERE, Alive(HERE, 0, {}))
    await link.tell()

    sizes = [len(numbered) for bundles in link.published for _, numbered in bundles]
    assert sizes == [1, *(0 for _ in texts)]
    assert link.listener.lost == [Alive(HERE, 0, {})]
    link.is_heard = True
    link.post(THERE, said("the last"))
    await link.tell()
    assert link.told() == [*texts, "the last"]


async def test_nothing_is_kept_for_a_server_that_is_gone(monkeypatch: pytest.MonkeyPatch):
    link, loop = DeafLink(), asyncio.get_running_loop()
    link.post(THERE, said("one"))
    await link.tell()
    now_s = loop.time() + link_module.HELD_FOR_S + 1
    monkeypatch.setattr(loop, "time", lambda: now_s)
    link.post(None, Alive(HERE, 0, {}))
    await link.tell()
    link.post(THERE, said("two"))
    await link.tell()

    assert link.told() == ["two"]


async def test_what_could_not_be_said_goes_before_what_came_meanwhile():
    link = DeafLink()
    link.post(THERE, said("one"))
    link.fails = True
    with pytest.raises(ConnectionError):
        await link.tell()
    link.fails = False
    await link.tell()

    assert link.told() == ["one", "the newest"]


async def test_without_a_redis_the_oldest_gives_way_when_more_waits_than_is_kept():
    link = DeafLink()
    for number in range(KEPT_MAX + 1):
        link.post(THERE, said(str(number)))
    await link.tell()

    assert link.told() == [str(number) for number in range(1, KEPT_MAX + 1)]


async def test_with_a_redis_nothing_gives_way(redis: RedisProcess):
    here, there, listener = link_of(HERE, redis.url), link_of(THERE, redis.url), Listener()
    texts = [str(number) for number in range(KEPT_MAX + 1)]
    async with here.running(Listener()), there.running(listener):
        for text in texts:
            here.post(THERE, said(text))
        await listener.until(lambda: len(listener.said) >= len(texts))

    assert candidates(listener.said) == texts


async def test_what_is_for_all_goes_together_in_pieces():
    link = DeafLink()
    for _ in range(MESSAGES_AT_ONCE + 1):
        link.post(None, Alive(HERE, 0, {}))
    link.post(THERE, said("behind it"))
    await link.tell()

    assert [len(numbered) for _, numbered in link.published[-1]] == [MESSAGES_AT_ONCE, 1, 1]


async def test_servers_in_another_database_are_not_heard(redis: RedisProcess):
    here, there = link_of(HERE, f"{redis.url}/0"), link_of(THERE, f"{redis.url}/1")
    ours, theirs = Listener(), Listener()
    async with here.running(ours), there.running(theirs):
        here.post(None, Alive(HERE, 0, {}))
        await ours.until(lambda: len(ours.said) > 0)
        there.post(None, Alive(THERE, 0, {}))
        await theirs.until(lambda: len(theirs.said) > 0)

    assert theirs.said == [Alive(THERE, 0, {})]


async def test_a_redis_that_never_worked_is_mentioned_once(
    redis: RedisProcess,
    link: "redis_asyncio.Redis[bytes]",
    caplog: pytest.LogCaptureFixture,
):
    await link.config_set("requirepass", "another")
    # Lasts for several attempts.
    async with link_of(HERE, redis.url.replace("//", "//:wrong@")).running(Listener()):
        pass

    told = [message for _, level, message in caplog.record_tuples if level >= logging.WARNING]
    assert told == [f"{AWAY}: AuthenticationError"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("redis://127.0.0.1:1", "Connection refused"),
        ("unix:///nowhere/redis.sock", "No such file or directory"),
    ],
)
async def test_it_is_said_why_redis_is_away_but_not_where(
    caplog: pytest.LogCaptureFixture, url: str, why: str
):
    async with link_of(HERE, url).running(Listener()):
        pass

    told = [message for _, level, message in caplog.record_tuples if level >= logging.WARNING]
    assert told == [f"{AWAY}: ConnectionError: {why}"]


async def test_a_fault_when_redis_goes_does_not_keep_it_from_coming_back(redis: RedisProcess):
    listener = FaultyListener()
    async with link_of(HERE, redis.url).running(listener):
        await redis.kill()
        await redis.start()
        await listener.until(lambda: listener.comings > 1)
