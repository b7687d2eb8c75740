"""A client under constant nexts, which proves each pair by a token of its own."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import aiohttp

from signaling_server.protocol.messages import (
    CallCandidate,
    CallNext,
    Mode,
    QueueMatched,
    ServerMessage,
)
from tests.signaling_server.wire_client import WireClient

TALKS_S = (0.3, 1.0)
"""How long a pair stays together."""
PROOF_WITHIN_S = 3.0
"""A call in which nothing is heard by then is left, as the media of a real one would be."""
COMES_BACK_AFTER_S = (0.05, 0.5)


@dataclass
class Ledger:
    """What everybody has seen: who was told of which call, and which tokens were sent in it."""

    matched: dict[str, list["Person"]] = field(default_factory=lambda: defaultdict(list))
    tokens: dict[str, dict[str, "Person"]] = field(default_factory=lambda: defaultdict(dict))
    proven: int = 0
    across: int = 0
    """Proven between people of different servers."""
    waits_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Person:
    """Searches, exchanges tokens, talks for a moment, presses next; comes back when cut off."""

    def __init__(self, urls: Sequence[str], ledger: Ledger, random: Random) -> None:
        self._urls = urls
        self._ledger = ledger
        self._random = random
        self._search = 0
        self._matched = 0
        """The last search that has led to a call."""
        self.server = random.choice(urls)
        self.pairs = 0
        """Proven so far."""
        self.searching_since: float | None = None
        self.progressed = asyncio.Event()

    async def run(self) -> None:
        """Live until cancelled."""
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError, AssertionError):
                async with WireClient(self.server) as client:
                    await client.hello()
                    while True:
                        await self._meet(client)
            # The search begins anew at another server; how long it takes counts on.
            await asyncio.sleep(self._random.uniform(*COMES_BACK_AFTER_S))
            self.server = self._random.choice(self._urls)

    async def _meet(self, client: WireClient) -> None:
        self._search += 1
        self.searching_since = self.searching_since or time.monotonic()
        await client.send(CallNext(search=self._search, mode=Mode.VIDEO))
        match = await self._next_of(client, QueueMatched)
        assert isinstance(match, QueueMatched)
        if match.search != self._search:
            return
        ledger, call = self._ledger, match.call
        if self in ledger.matched[call]:
            ledger.faults.append("one was matched twice in a call")
        ledger.matched[call].append(self)
        token = secrets.token_hex(8)
        ledger.tokens[call][token] = self
        await client.send(CallCandidate(call, token))
        try:
            async with asyncio.timeout(PROOF_WITHIN_S):
                heard = await self._next_of(client, CallCandidate)
        except TimeoutError:
            return
        assert isinstance(heard, CallCandidate)
        self._prove(call, heard)
        await asyncio.sleep(self._random.uniform(*TALKS_S))

    async def _next_of(self, client: WireClient, kind: type[ServerMessage]) -> ServerMessage:
        while True:
            message = await client.receive_any(within_s=60.0)
            if isinstance(message, QueueMatched):
                self._note_match(message)
            if isinstance(message, kind):
                return message

    def _note_match(self, match: QueueMatched) -> None:
        if match.search <= self._matched:
            self._ledger.faults.append("a search led to two calls")
        self._matched = match.search

    def _prove(self, call: str, heard: CallCandidate) -> None:
        ledger = self._ledger
        sender = ledger.tokens[call].get(heard.candidate)
        if heard.call != call or sender is None or sender is self:
            ledger.faults.append("a token crossed over from another call")
            return
        now = time.monotonic()
        if self.searching_since is not None:
            ledger.waits_s.append(now - self.searching_since)
        self.searching_since = None
        self.pairs += 1
        ledger.proven += 1
        ledger.across += sender.server != self.server
        self.progressed.set()
