"""The connection to Redis: pairs in, searches out, messages between servers both ways."""

import asyncio
import logging
import secrets
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import msgspec
import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError

from signaling_server.backends.memory.waiting_line import DRAWS_MAX
from signaling_server.backends.redis.channels import Channels
from signaling_server.backends.redis.faults import fault
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
from signaling_server.observability.tasks import lasting_task

LEASE_MS = round(2_000 * LOOK_AGAIN_AFTER_S)
"""A search that was not told again by then belongs to a server that is gone."""
ANSWER_WITHIN_S = 2.0
"""Redis is taken as gone when it has not answered by then."""
SILENT_FOR_S = 4.0
"""Every server hears itself once a second: after such a silence the connection is dead."""
TRY_AGAIN_AFTER_S = 0.25
SHARE_AGAIN_AFTER_S = 1.0
SHARE_AGAIN_MAX_S = 8.0
"""A Redis that refuses who waits is asked after so long whether it takes them again, and ever less
often while it goes on refusing: each time all who wait look for somebody."""
BEGINS_WITHIN_S = 1.0
"""So long a server waits at its start to be one of the pool, before people come."""
OPERATIONS_AT_ONCE = 100
"""In one run of the script, during which Redis does nothing else."""
MESSAGES_AT_ONCE = 200
"""In one bundle for all servers, each of which does nothing else while it reads them."""
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

_PROBE: list[Operation] = [
    (
        "probe",
        {"o": [], "s": [], "c": "", "f": [], "p": "", "r": [], "a": [], "e": False, "l": False},
    ),
    ("probe",),
]
"""Puts a search in, and takes it out."""

_encoder = msgspec.msgpack.Encoder()
_ids_decoder = msgspec.msgpack.Decoder(list[str])
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
        """Redis is not there any more, or takes nobody who waits."""


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
        self.is_there = False
        """Whether Redis is there; it may refuse who waits all the same."""
        self._is_missed = False
        """Whether it was said that Redis is away."""
        self._outbox: deque[Posted] = deque()
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
        following = lasting_task(self._follow(listener))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEGINS_WITHIN_S):
                    await self._began.wait()
            yield
        finally:
            self._ends = True
            self._something.set()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            try:
                if self.is_there:
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
        if not self.is_there and len(self._outbox) >= KEPT_MAX:
            self._outbox.popleft()
        self._outbox.append((node, (self._sent[node], message)))
        self._something.set()

    async def _follow(self, listener: Listener) -> None:
        while not self._ends:
            with self._faults_said():
                await self._stay(listener)
            with self._faults_said():
                self._part(listener)
            await asyncio.sleep(TRY_AGAIN_AFTER_S)

    @contextmanager
    def _faults_said(self) -> Iterator[None]:
        """Go on after a fault; that Redis is away is said once."""
        try:
            yield
        except* (RedisError, OSError) as errors:
            if not self._is_missed:
                self._is_missed = True
                log.warning(
                    "redis (backend) is away, and this server pairs its own people until it is "
                    "back: %s",
                    fault(errors.exceptions[0]),
                )
        except* Exception:
            log.exception("news of redis or of another server could not be handled")

    async def _stay(self, listener: Listener) -> None:
        """Tell and listen until Redis is away."""
        # What was connected to a Redis that is gone would fail once more.
        await self._redis.connection_pool.disconnect()
        async with self._redis.pubsub() as channel:
            await channel.subscribe(self._channels.all, self._channels.of(self._line.node))
            if await channel.get_message(timeout=ANSWER_WITHIN_S) is None:
                raise TimeoutError("no answer")
            log.info("redis is there")
            self._is_missed = False
            self.is_there = self._line.is_shared = True
            listener.came()
            self._began.set()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(channel, listener))
                group.create_task(self._talk(listener))
                group.create_task(self._share_again())

    def _part(self, listener: Listener) -> None:
        if self.is_there:
            self.is_there = self._line.is_shared = False
            self._forget()
            listener.went()

    def _goes_on(self) -> bool:
        """Whether a task of the connection does; it has to ask after each time that it speaks.

        A cancellation that comes while redis-py sends is sometimes lost in it, but is counted.
        """
        task = asyncio.current_task()
        return not self._ends and task is not None and not task.cancelling()

    async def _hear(self, channel: "redis.client.PubSub", listener: Listener) -> None:
        while self._goes_on():
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
        while self._goes_on():
            await self._something.wait()
            self._something.clear()
            await self._tell(listener)

    async def _share_again(self) -> None:
        """Share the line again once Redis takes who waits, where it has refused to."""
        pause_s = SHARE_AGAIN_AFTER_S
        while self._goes_on():
            await asyncio.sleep(pause_s)
            if self._line.is_shared:
                pause_s = SHARE_AGAIN_AFTER_S
                continue
            pause_s = min(2 * pause_s, SHARE_AGAIN_MAX_S)
            try:
                await self._run("probe", _PROBE)
            except ReadOnlyError:
                # It has become a replica: the others are at the one that took its place.
                raise
            except ResponseError:
                continue
            log.info("redis takes who waits again")
            self._line.is_shared = True
            self._line.tell_again()

    async def _tell(self, listener: Listener) -> None:
        await self._tell_redis(listener)
        if self._outbox:
            await self._tell_servers(listener)

    async def _tell_redis(self, listener: Listener) -> None:
        """Tell who waits. A Redis that refuses to write still carries what servers say."""
        if (operations := self._line.take_operations(OPERATIONS_AT_ONCE)) is None:
            return
        self._something.set()
        try:
            ids = await self._run(*operations)
        except ResponseError as refusal:
            log.warning("redis takes nobody who waits: %s", fault(refusal))
            self._line.is_shared = False
            self._line.forget_operations()
            listener.went()
            return
        if ids:
            listener.pairs_proposed(zip(ids[::2], ids[1::2], strict=True))

    async def _tell_servers(self, listener: Listener) -> None:
        posted = list(self._outbox)
        self._outbox.clear()
        try:
            deaf = await self._deaf(posted)
            bundles = self._bundled(each for each in posted if each[0] not in deaf)
            receivers = await self._publish(bundles)
        except BaseException:
            self._outbox.extendleft(reversed(posted))
            raise
        before = {to: self._held.pop(to) for to, _ in bundles if to in self._held}
        for (node, messages), number in zip(bundles, receivers, strict=True):
            if node is not None and not number:
                self._hold(node, messages, before.get(node), listener)
        for node, message in posted:
            if node is not None and node in deaf:
                self._hold(node, [message], None, listener)
        self._let_go()

    async def _deaf(self, posted: Iterable[Posted]) -> set[NodeId]:
        """Return which servers that did not listen, and are to be told something, still do not.

        They are asked with nothing: what is held would go out with every message otherwise.
        """
        asked = list(self._held.keys() & {node for node, _ in posted}) if self._held else []
        if not asked:
            return set()
        receivers = await self._publish([(node, []) for node in asked])
        return {node for node, number in zip(asked, receivers, strict=True) if not number}

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
        try:
            return await self._execute(bundles, at_once=at_once)
        except OutOfMemoryError:
            # Redis refuses a transaction then, but not what is in it.
            return await self._execute(bundles, at_once=False)

    async def _execute(self, bundles: list[Bundle], *, at_once: bool) -> list[int]:
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
                if not bundles or bundles[-1][0] or len(bundles[-1][1]) >= MESSAGES_AT_ONCE:
                    bundles.append((None, []))
                bundles[-1][1].append(message)
            elif node in open_for:
                open_for[node].append(message)
            else:
                open_for[node] = [*held.pop(node, ()), message]
                bundles.append((node, open_for[node]))
        return bundles

    def _forget(self) -> None:
        """Drop what would be out of date once Redis is back; what is for all is said again."""
        self._line.forget_operations()
        kept = [each for each in self._outbox if each[0] and isinstance(each[1][1], _OF_CALLS)]
        self._outbox = deque(kept[-KEPT_MAX:])

    async def _run(self, place: str, operations: list[Operation]) -> list[str]:
        """Have a part of the line changed; return who is out by that, two and two together."""
        packed = await self._match(
            keys=[f"passerby:{{{place}}}:"],
            args=[_encoder.encode(operations), LEASE_MS, secrets.randbits(31), DRAWS_MAX],
        )
        return _ids_decoder.decode(packed) if packed else []
