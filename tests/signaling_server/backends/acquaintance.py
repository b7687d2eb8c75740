"""Servers of one Redis that know each other: until then each is alone for a moment."""

from itertools import count

import msgspec
import redis.asyncio as redis_asyncio

from signaling_server.backends.redis.channels import Channels
from signaling_server.bootstrap import Server
from signaling_server.domain.node_messages import Alive
from signaling_server.domain.peer import NodeId

ROUNDS = 3
"""Each greets the others; has heard their greetings; and has taken them in."""
_numbers = count()


async def until_acquainted(link: "redis_asyncio.Redis[bytes]", servers: list[Server]) -> None:
    """Return once each of all servers of a Redis has heard of the others.

    What a server says comes in order: it has been told of another before it answers a newcomer
    who came later.
    """
    for _ in range(ROUNDS):
        await come(link, f"newcomer-{next(_numbers)}", servers)


async def come(link: "redis_asyncio.Redis[bytes]", name: str, servers: list[Server]) -> None:
    """Say that a server of this name is there, and wait until all have greeted it."""
    async with link.pubsub() as channel:
        channels = Channels(link)
        await channel.subscribe(channels.of(NodeId(name)))
        alive = Alive(NodeId(name), online=0, people={})
        await link.publish(channels.all, msgspec.msgpack.encode((name, [(1, alive)])))
        for _ in ("subscribed", *servers):
            assert await channel.get_message(timeout=None) is not None
