"""The connection to Redis: pairs in, searches out, messages between servers both ways."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib import resources
from typing import Protocol

import msgspec
import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from signaling_server.backends.redis.line import Operation, SharedLine
from signaling_server.domain.node_messages import NodeMessage, Relayed
from signaling_server.domain.peer import NodeId
from signaling_server.domain.searching import LOOK_AGAIN_AFTER_S

LEASE_MS = round(2_000 * LOOK_AGAIN_AFTER_S)
"""A search that was not told again by then belongs to a server that is gone."""
ANSWER_WITHIN_S = 2.0
"""Redis is taken as gone when it has not answered by then."""
SILENT_FOR_S = 4.0
"""Every server hears itself once a second: after such a silence the connection is dead."""
TRY_AGAIN_AFTER_S = 0.25
OPERATIONS_AT_ONCE = 100
"""In one run of the script, during which Redis does nothing else."""
KEPT_MAX = 2_000
"""Messages to other servers that are kept while Redis is away; the oldest give way."""
_ALL = "passerby:all"

log = logging.getLogger(__name__)

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[list[NodeMessage]] = msgspec.msgpack.Decoder(list[NodeMessage])

Posted = tuple[NodeId | None, NodeMessage]
"""A message and the server it is for, None for all."""
Bundle = tuple[NodeId | None, list[NodeMessage]]


class Listener(Protocol):
    """What is done with what comes; called on the loop."""

    def pairs_proposed(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Redis has taken these two and two out, each first one of this server."""

    def heard(self, message: NodeMessage) -> None: ...

    def undelivered(self, message: NodeMessage) -> None:
        """The server that a message was for is not there."""

    def came(self) -> None:
        """Redis is there (again)."""

    def went(self) -> None:
        """Redis is not there any more."""


class Link:
    """Keeps a connection to Redis as long as `running` lasts, and comes back to it by itself."""

    def __init__(self, url: str, line: SharedLine) -> None:
        self._redis = redis.from_url(
            url,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
            retry=Retry(NoBackoff(), 0),
        )
        script = resources.files(__package__).joinpath("match.lua").read_text(encoding="utf-8")
        self._match = self._redis.register_script(script)
        self._line = line
        self._outbox: deque[Posted] = deque(maxlen=KEPT_MAX)
        self._something = asyncio.Event()
        self._ends = False
        line.changed = self._something.set

    @asynccontextmanager
    async def running(self, listener: Listener) -> AsyncIterator[None]:
        """Tell and listen while the context lasts; what is left to be told is told at its end."""
        following = asyncio.create_task(self._follow(listener))
        try:
            yield
        finally:
            # A cancellation that comes while redis-py sends is sometimes lost in it.
            self._ends = True
            self._something.set()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            try:
                if self._line.is_shared:
                    await self._tell(listener)
            except (RedisError, OSError):
                log.warning("redis went away before everything was said")
            await self._redis.aclose()

    def post(self, node: NodeId | None, message: NodeMessage) -> None:
        """Send a message to another server, None for all; it may be lost."""
        self._outbox.append((node, message))
        self._something.set()

    async def _follow(self, listener: Listener) -> None:
        while not self._ends:
            try:
                # What was connected to a Redis that is gone would fail once more.
                await self._redis.connection_pool.disconnect()
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(_ALL, _channel_of(self._line.node))
                    log.info("redis is there")
                    self._line.is_shared = True
                    listener.came()
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._hear(channel, listener))
                        group.create_task(self._talk(listener))
            except* (RedisError, OSError) as errors:
                if self._line.is_shared:
                    log.warning("redis is away: %s", type(errors.exceptions[0]).__name__)
            except* Exception:
                log.exception("a message of another server could not be handled")
            if self._line.is_shared:
                self._line.is_shared = False
                self._forget()
                listener.went()
            await asyncio.sleep(TRY_AGAIN_AFTER_S)

    async def _hear(self, channel: "redis.client.PubSub", listener: Listener) -> None:
        while not self._ends:
            said = await channel.get_message(timeout=SILENT_FOR_S)
            if said is None:
                raise TimeoutError("nothing was heard")
            if said["type"] == "message":
                for message in _decoder.decode(said["data"]):
                    listener.heard(message)

    async def _talk(self, listener: Listener) -> None:
        while not self._ends:
            await self._something.wait()
            self._something.clear()
            await self._tell(listener)

    async def _tell(self, listener: Listener) -> None:
        if (operations := self._line.take_operations(OPERATIONS_AT_ONCE)) is not None:
            self._something.set()
            await self._run(*operations, listener)
        if self._outbox:
            posted = list(self._outbox)
            self._outbox.clear()
            bundles = _bundled(posted)
            try:
                receivers = await self._publish(bundles)
            except BaseException:
                self._outbox.extendleft(reversed(posted))
                raise
            for (_, messages), number in zip(bundles, receivers, strict=True):
                if not number:
                    for message in messages:
                        listener.undelivered(message)

    async def _publish(self, bundles: list[Bundle]) -> list[int]:
        """Send messages; return how many servers each bundle has reached."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for node, messages in bundles:
                channel = _ALL if node is None else _channel_of(node)
                pipeline.publish(channel, _encoder.encode(messages))
            receivers: list[int] = await pipeline.execute()
            return receivers

    def _forget(self) -> None:
        """Drop what would be out of date once Redis is back; calls that are shared go on."""
        self._line.forget_operations()
        kept = [posted for posted in self._outbox if isinstance(posted[1], Relayed)]
        self._outbox.clear()
        self._outbox.extend(kept)

    async def _run(self, place: str, operations: list[Operation], listener: Listener) -> None:
        ids = await self._match(
            keys=[f"passerby:{{{place}}}:"],
            args=[_encoder.encode(operations), LEASE_MS, secrets.randbits(31)],
        )
        if ids:
            decoded = [id.decode() for id in ids]
            listener.pairs_proposed(zip(decoded[::2], decoded[1::2], strict=True))


def _bundled(posted: Iterable[Posted]) -> list[Bundle]:
    """Put together what goes to the same server; what is for all keeps its place among the rest.

    Redis and both servers work for each bundle, many times longer than for a message in it.
    """
    bundles: list[Bundle] = []
    open_for: dict[NodeId, list[NodeMessage]] = {}
    for node, message in posted:
        if node is None:
            bundles.append((None, [message]))
            open_for.clear()
        elif node in open_for:
            open_for[node].append(message)
        else:
            open_for[node] = [message]
            bundles.append((node, open_for[node]))
    return bundles


def _channel_of(node: NodeId) -> str:
    return f"passerby:node:{node}"
