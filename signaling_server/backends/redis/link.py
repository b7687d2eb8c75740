"""The connection to Redis: pairs in, searches out, messages between servers both ways."""

import asyncio
import logging
import secrets
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import msgspec
import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from signaling_server.backends.memory.waiting_line import DRAWS_MAX
from signaling_server.backends.redis.channels import Channels
from signaling_server.backends.redis.line import Operation, SharedLine
from signaling_server.domain.node_messages import (
    Handover,
    NodeMessage,
    PassedOn,
    Relayed,
    Returned,
)
from signaling_server.domain.peer import NodeId
from signaling_server.domain.searching import LOOK_AGAIN_AFTER_S

LEASE_MS = round(2_000 * LOOK_AGAIN_AFTER_S)
"""A search that was not told again by then belongs to a server that is gone."""
ANSWER_WITHIN_S = 2.0
"""Redis is taken as gone when it has not answered by then."""
SILENT_FOR_S = 4.0
"""Every server hears itself once a second: after such a silence the connection is dead."""
TRY_AGAIN_AFTER_S = 0.25
BEGINS_WITHIN_S = 1.0
"""So long a server waits at its start to be one of the pool, before people come."""
OPERATIONS_AT_ONCE = 100
"""In one run of the script, during which Redis does nothing else."""
KEPT_MAX = 2_000
"""Messages to other servers that are kept while Redis is away; the oldest give way."""
HELD_FOR_S = 10.0
"""A server that has not listened for so long is gone, and so is what it was to be told."""
_OF_CALLS = Relayed | PassedOn | Returned
"""What is as true later, for shared calls go on; a handover is waited for but a moment."""

log = logging.getLogger(__name__)

Numbered = tuple[int, NodeMessage]
"""A message and its number among all that this server has sent to the same one."""
Posted = tuple[NodeId | None, Numbered]
"""A message and the server it is for, None for all."""
Bundle = tuple[NodeId | None, list[Numbered]]

_encoder = msgspec.msgpack.Encoder()
_bundle_decoder = msgspec.msgpack.Decoder(tuple[NodeId, list[tuple[int, msgspec.Raw]]])
"""Of the server that sends, and its messages."""
_message_decoder: msgspec.msgpack.Decoder[NodeMessage] = msgspec.msgpack.Decoder(NodeMessage)


@dataclass
class Held:
    """What a server could not be told of its calls since a moment of the loop's clock."""

    since_s: float
    messages: list[Numbered]


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
        self._channels = Channels(self._redis)
        self._line = line
        self._outbox: deque[Posted] = deque(maxlen=KEPT_MAX)
        self._sent: Counter[NodeId | None] = Counter()
        self._held: dict[NodeId, Held] = {}
        self._heard: dict[tuple[str, NodeId], int] = {}
        """The number of the last message that came over a channel from a server."""
        self._something = asyncio.Event()
        self._began = asyncio.Event()
        self._ends = False
        line.changed = self._something.set

    @asynccontextmanager
    async def running(self, listener: Listener) -> AsyncIterator[None]:
        """Tell and listen while the context lasts; what is left to be told is told at its end."""
        following = asyncio.create_task(self._follow(listener))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEGINS_WITHIN_S):
                    await self._began.wait()
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
        """Send a message to another server, None for all.

        What is told in a call is sent again where it did not arrive, and taken once; anything
        else may be lost.
        """
        self._sent[node] += 1
        self._outbox.append((node, (self._sent[node], message)))
        self._something.set()

    async def _follow(self, listener: Listener) -> None:
        while not self._ends:
            try:
                # What was connected to a Redis that is gone would fail once more.
                await self._redis.connection_pool.disconnect()
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(self._channels.all, self._channels.of(self._line.node))
                    log.info("redis is there")
                    self._line.is_shared = True
                    listener.came()
                    self._began.set()
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
                for message in self._unpacked(said["channel"], said["data"]):
                    listener.heard(message)

    def _unpacked(self, channel: bytes, data: bytes) -> Iterator[NodeMessage]:
        """Give the messages that are new; what a server of another version says is passed over."""
        try:
            sender, numbered = _bundle_decoder.decode(data)
        except msgspec.DecodeError:
            log.warning("another server speaks another language")
            return
        place = (channel.decode(), sender)
        for number, raw in numbered:
            if number > self._heard.get(place, 0):
                self._heard[place] = number
                with suppress(msgspec.DecodeError):
                    yield _message_decoder.decode(raw)

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
            bundles = self._bundled(posted)
            try:
                receivers = await self._publish(bundles)
            except BaseException:
                self._outbox = deque([*posted, *self._outbox], KEPT_MAX)
                raise
            before = {to: self._held.pop(to) for to, _ in bundles if to in self._held}
            for (node, messages), number in zip(bundles, receivers, strict=True):
                if node is not None and not number:
                    self._hold(node, messages, before.get(node), listener)
            self._let_go()

    def _hold(
        self, node: NodeId, messages: list[Numbered], before: Held | None, listener: Listener
    ) -> None:
        """Keep what a server that does not listen is to be told of its calls, for a while."""
        now_s = asyncio.get_running_loop().time()
        held = self._held.setdefault(node, Held(before.since_s if before else now_s, []))
        for numbered in messages:
            if isinstance(numbered[1], _OF_CALLS):
                held.messages.append(numbered)
            else:
                listener.undelivered(numbered[1])
        if len(held.messages) > KEPT_MAX:
            del self._held[node]

    def _let_go(self) -> None:
        """Keep nothing any more for servers that are gone."""
        now_s = asyncio.get_running_loop().time()
        self._held = {
            node: held for node, held in self._held.items() if now_s - held.since_s <= HELD_FOR_S
        }

    async def _publish(self, bundles: list[Bundle]) -> list[int]:
        """Send messages; return how many servers each bundle has reached."""
        # Where a session moves, nobody may speak of it before all have heard of it.
        at_once = any(isinstance(told, Handover) for _, messages in bundles for _, told in messages)
        async with self._redis.pipeline(transaction=at_once) as pipeline:
            for node, messages in bundles:
                channel = self._channels.all if node is None else self._channels.of(node)
                pipeline.publish(channel, _encoder.encode((self._line.node, messages)))
            receivers: list[int] = await pipeline.execute()
            return receivers

    def _bundled(self, posted: Iterable[Posted]) -> list[Bundle]:
        """Put together what goes to the same server, behind what is held for it.

        Redis and both servers work for each bundle, many times longer than for a message in it.
        What is for all keeps its place among the rest, and so does a session that is handed over:
        it goes on from all that was said before.
        """
        held = {node: kept.messages for node, kept in self._held.items()}
        bundles: list[Bundle] = []
        open_for: dict[NodeId, list[Numbered]] = {}
        for node, message in posted:
            if node is None or isinstance(message[1], Handover):
                open_for.clear()
            if node is None:
                bundles.append((None, [message]))
            elif node in open_for:
                open_for[node].append(message)
            else:
                open_for[node] = [*held.pop(node, ()), message]
                bundles.append((node, open_for[node]))
        return bundles

    def _forget(self) -> None:
        """Drop what would be out of date once Redis is back."""
        self._line.forget_operations()
        kept = [posted for posted in self._outbox if isinstance(posted[1][1], _OF_CALLS)]
        self._outbox.clear()
        self._outbox.extend(kept)

    async def _run(self, place: str, operations: list[Operation], listener: Listener) -> None:
        ids = await self._match(
            keys=[f"passerby:{{{place}}}:"],
            args=[_encoder.encode(operations), LEASE_MS, secrets.randbits(31), DRAWS_MAX],
        )
        if ids:
            decoded = [id.decode() for id in ids]
            listener.pairs_proposed(zip(decoded[::2], decoded[1::2], strict=True))
