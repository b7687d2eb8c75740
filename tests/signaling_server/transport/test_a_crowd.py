"""A crowd on real sockets does everything in any order; afterwards nobody is left hanging."""

import asyncio
from collections import Counter
from contextlib import suppress
from random import Random
from typing import Any

import aiohttp
import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallCandidate,
    CallEnded,
    CallNext,
    Mode,
    QueueJoin,
    QueueLeave,
    QueueLeft,
    QueueMatched,
    SessionError,
    Welcome,
)
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

CROWD = 12
STEPS = 600


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"messages_burst": 10_000, "searches_burst": 10_000}


class Person:
    """A client that believes what it is told, over as many sockets as it takes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token: str | None = None
        self._socket: WireClient | None = None
        self._listening: asyncio.Task[None] | None = None
        self.search = 0
        self.call: str | None = None
        self.idle = True

    async def connect(self) -> None:
        """Come (back); an older socket may still be there and is taken over."""
        older, listening = self._socket, self._listening
        self._socket = await WireClient(self._url).__aenter__()
        welcome = await self._socket.hello(resume=self._token)
        self._take(welcome)
        self._listening = asyncio.create_task(self._listen(self._socket))
        if older is not None and listening is not None:
            await older.__aexit__(None, None, None)
            await listening

    def drop(self) -> None:
        if self._socket is not None and not self._socket.socket.closed:
            self._socket.drop()

    async def say(self, message: QueueJoin | CallNext | QueueLeave | CallCandidate) -> None:
        assert self._socket is not None
        with suppress(aiohttp.ClientError):
            await self._socket.send(message)

    async def look(self, *, pressed_next: bool) -> None:
        self.search += 1
        self.idle = False
        kind = CallNext if pressed_next else QueueJoin
        await self.say(kind(search=self.search, mode=Mode.VIDEO, description="v=0"))

    async def close(self) -> None:
        if self._socket is not None and self._listening is not None:
            await self._socket.__aexit__(None, None, None)
            await self._listening

    async def _listen(self, client: WireClient) -> None:
        with suppress(AssertionError, TimeoutError):
            while True:
                self._take(await client.receive_any())

    def _take(self, message: object) -> None:
        match message:
            case Welcome():
                self._token, self.call = message.resume, message.call
            case QueueMatched() if message.search == self.search:
                self.call = message.call
            case CallEnded() if message.call == self.call:
                self.call, self.idle = None, True
            case QueueLeft():
                self.call = None
            case SessionError():
                assert message.code in {
                    ErrorCode.WRONG_STATE,
                    ErrorCode.UNKNOWN_CALL,
                    ErrorCode.TAKEN_OVER,
                    ErrorCode.RATE_LIMITED,
                }


@pytest.mark.parametrize("seed", range(5))
async def test_after_any_commotion_everybody_finds_somebody(
    server: Server, clock: ManualClock, seed: int
):
    random = Random(seed)
    crowd = [Person(server.urls[0]) for _ in range(CROWD)]
    for person in crowd:
        await person.connect()
    for _ in range(STEPS):
        await random_step(random, random.choice(crowd), server, clock)

    for person in crowd:
        await person.connect()
        person.call, person.idle = None, True
    async with asyncio.timeout(DEADLINE_S):
        while not all_paired(crowd):
            for person in crowd:
                if person.idle:
                    await person.look(pressed_next=True)
            clock.advance(limits.REPEAT_AFTER_S)
            server.pass_time()
            await asyncio.sleep(0)

    assert server.lobby.calls * 2 == server.lobby.online == CROWD
    for person in crowd:
        await person.close()


async def random_step(random: Random, person: Person, server: Server, clock: ManualClock) -> None:
    match random.randrange(8):
        case 0 | 1:
            await person.look(pressed_next=True)
        case 2:
            await person.look(pressed_next=False)
        case 3:
            await person.say(QueueLeave())
        case 4:
            person.drop()
        case 5:
            await person.connect()
        case 6 if person.call is not None:
            await person.say(CallCandidate(person.call, "candidate"))
        case _:
            clock.advance(random.choice([0.1, 1.0, 4.0, 100.0]))
            server.pass_time()
    if random.random() < 0.5:
        await asyncio.sleep(0)


def all_paired(crowd: list[Person]) -> bool:
    calls = Counter(person.call for person in crowd)
    return None not in calls and set(calls.values()) == {2}
