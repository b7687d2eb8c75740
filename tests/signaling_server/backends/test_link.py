"""What a server keeps for others that do not listen."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.backends.redis import link as link_module
from signaling_server.backends.redis.line import SharedLine
from signaling_server.backends.redis.link import KEPT_MAX, Bundle, Link
from signaling_server.domain.node_messages import Alive, NodeMessage, Relayed
from signaling_server.domain.peer import NodeId
from signaling_server.protocol.messages import CallCandidate

HERE = NodeId("here")


class DeafLink(Link):
    """Reaches nobody, or fails once."""

    def __init__(self) -> None:
        super().__init__("redis://127.0.0.1:1", SharedLine(HERE, MemoryLine(Random(1))))
        self.fails = False
        self.published: list[list[Bundle]] = []

    async def _publish(self, bundles: list[Bundle]) -> list[int]:
        if self.fails:
            self.post(NodeId("there"), said("the newest"))
            raise ConnectionError
        self.published.append(bundles)
        return [0] * len(bundles)

    async def tell(self) -> None:
        await self._tell(Listener())

    def told(self) -> list[str]:
        """Return what was said to others in the last bundles."""
        messages = [message for _, numbered in self.published[-1] for _, message in numbered]
        return [told.message.candidate for told in messages if isinstance(told, Relayed)]  # type: ignore[union-attr]


class Listener:
    def undelivered(self, message: NodeMessage) -> None: ...

    def pairs_proposed(self, pairs: Sequence[tuple[str, str]]) -> None: ...

    def heard(self, message: NodeMessage) -> None: ...

    def came(self) -> None: ...

    def went(self) -> None: ...


def said(text: str) -> Relayed:
    return Relayed(HERE, CallCandidate("call", text))


async def test_what_a_server_did_not_hear_goes_before_what_follows():
    link = DeafLink()
    link.post(NodeId("there"), said("one"))
    await link.tell()
    link.post(NodeId("there"), said("two"))
    await link.tell()

    assert link.told() == ["one", "two"]


async def test_nothing_is_kept_for_a_server_that_is_gone(monkeypatch: pytest.MonkeyPatch):
    link, loop = DeafLink(), asyncio.get_running_loop()
    link.post(NodeId("there"), said("one"))
    await link.tell()
    now_s = loop.time() + link_module.HELD_FOR_S + 1
    monkeypatch.setattr(loop, "time", lambda: now_s)
    link.post(None, Alive(HERE, 0, {}))
    await link.tell()
    link.post(NodeId("there"), said("two"))
    await link.tell()

    assert link.told() == ["two"]


async def test_when_more_waits_than_is_kept_the_oldest_give_way():
    link = DeafLink()
    for number in range(KEPT_MAX):
        link.post(NodeId("there"), said(str(number)))
    link.fails = True
    with pytest.raises(ConnectionError):
        await link.tell()
    link.fails = False
    await link.tell()

    assert (link.told()[0], link.told()[-1]) == ("1", "the newest")
