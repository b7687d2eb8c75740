"""Anything, in any order, over real sockets: the server answers, and calls stay what they are.

PASSERBY_FUZZ_EXAMPLES=3000 makes it much longer (docs/fuzzing.md).
"""

import asyncio
import json
import os
from collections import defaultdict
from contextlib import AsyncExitStack, suppress
from random import Random
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from signaling_server.bootstrap import running_server
from signaling_server.config.model import Config
from signaling_server.protocol.codec import CLIENT_TYPES
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    CallEnded,
    CallNext,
    CallReport,
    Mode,
    QueueJoin,
    QueueLeave,
    QueueMatched,
    ReportReason,
    ServerMessage,
    SessionError,
)
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.wire_client import WireClient

EXAMPLES = int(os.environ.get("PASSERBY_FUZZ_EXAMPLES", "12"))
CLIENTS_MAX = 5
KEYS = [None, *(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(3))]
CONFIG = {
    "host": ["127.0.0.1"],
    "port": 0,
    "metrics_port": 0,
    "messages_burst": 100_000,
    "searches_burst": 100_000,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = (
    *("versions", "features", "client", "key", "signature", "work", "resume", "search", "mode"),
    *("has_camera", "blocked", "description", "call", "kind", "sdp", "candidate", "reason"),
    *("interests", "languages", "pool", "prefix", "evidence"),
)
ALMOST = st.builds(
    lambda kind, fields: json.dumps({"type": kind, **fields}),
    st.sampled_from(sorted(CLIENT_TYPES - {"session.bye"})) | st.text(max_size=10),
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5),
)
"""Frames that look like messages and mostly are none."""


class AnyOrder(RuleBasedStateMachine):
    """Each client is told apart by its number; what it is told is checked as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._life = AsyncExitStack()
        self._clock = ManualClock()
        self._clients: dict[int, WireClient] = {}
        self._tokens: dict[int, str] = {}
        self._calls: defaultdict[str, list[QueueMatched]] = defaultdict(list)
        self._mine: defaultdict[int, set[str]] = defaultdict(set)
        self._probes = 0
        self._names = 0

    @initialize()
    def start(self) -> None:
        server = running_server(Config(**CONFIG), self._clock, Random(7))  # type: ignore[arg-type]
        self._server = self._do(self._life.enter_async_context(server))

    def teardown(self) -> None:
        for client in self._clients.values():
            self._do(client.__aexit__(None, None, None))
        self._do(self._life.aclose())
        self._runner.close()

    @precondition(lambda self: len(self._clients) < CLIENTS_MAX)
    @rule(key=st.sampled_from(KEYS))
    def arrive(self, key: Ed25519PrivateKey | None) -> None:
        self._names += 1
        self._connect(self._names, key=key)

    @precondition(lambda self: self._clients)
    @rule(data=st.data(), mode=st.sampled_from(Mode), parked=st.booleans(), on=st.booleans())
    def search(self, data: st.DataObject, mode: Mode, parked: bool, on: bool) -> None:
        kind = CallNext if on else QueueJoin
        self._say(
            self._choose(data), kind(search=1, mode=mode, description="v=0" if parked else None)
        )

    @precondition(lambda self: self._clients)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        self._say(self._choose(data), QueueLeave())

    @precondition(lambda self: self._calls)
    @rule(data=st.data(), reason=st.sampled_from(ReportReason))
    def report(self, data: st.DataObject, reason: ReportReason) -> None:
        call = data.draw(st.sampled_from(sorted(self._calls)))
        self._say(self._choose(data), CallReport(call, reason))

    @precondition(lambda self: self._clients)
    @rule(data=st.data(), frame=ALMOST | st.text() | st.binary(max_size=50))
    def say_anything(self, data: st.DataObject, frame: str | bytes) -> None:
        number = self._choose(data)
        self._do(self._attempt(self._clients[number].send_raw(frame)))
        self._listen(number)

    @precondition(lambda self: self._clients)
    @rule(data=st.data(), back=st.booleans())
    def drop(self, data: st.DataObject, back: bool) -> None:
        number = self._choose(data)
        client = self._clients.pop(number)
        client.drop()
        self._do(client.__aexit__(None, None, None))
        if back:
            self._connect(number, resume=self._tokens[number])

    @rule(seconds=st.sampled_from([0.5, 4.0, 100.0]))
    def pass_time(self, seconds: float) -> None:
        async def advance() -> None:
            self._clock.advance(seconds)
            self._server.pass_time()

        self._do(advance())

    @invariant()
    def every_call_has_two_sides(self) -> None:
        for sides in self._calls.values():
            assert len({match.role for match in sides}) == len({m.stranger for m in sides}) <= 2

    def _choose(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self._clients)))

    def _connect(self, number: int, **hello: Any) -> None:
        async def connect() -> WireClient:
            return await WireClient(self._server.urls[0]).__aenter__()

        client = self._do(connect())
        welcome = self._do(client.hello(**hello))
        self._clients[number] = client
        self._tokens[number] = welcome.resume
        self._listen(number)

    def _say(self, number: int, message: Any) -> None:
        self._do(self._attempt(self._clients[number].send(message)))
        self._listen(number)

    def _listen(self, number: int) -> None:
        """Take everything up to the answer to a probe, or the end of the socket."""
        client = self._clients[number]
        self._probes += 1
        probe = f"test.{self._probes}"
        self._do(self._attempt(client.send_raw(json.dumps({"type": probe}))))
        while True:
            try:
                message = self._do(client.receive_any())
            except AssertionError:
                # Too many malformed frames end a socket; a fault of the server never does.
                assert client.socket.close_code == CloseCode.MALFORMED, client.socket.close_code
                self._do(self._clients.pop(number).__aexit__(None, None, None))
                return
            self._check(number, message)
            if isinstance(message, SessionError) and message.about == probe:
                assert message.code is ErrorCode.UNKNOWN_TYPE
                return

    def _check(self, number: int, message: ServerMessage) -> None:
        if isinstance(message, QueueMatched):
            if message.call not in self._mine[number]:
                self._calls[message.call].append(message)
            self._mine[number].add(message.call)
        elif isinstance(message, CallEnded):
            assert message.call in self._mine[number], "told of a call of others"

    def _do(self, work: Any) -> Any:
        return self._runner.run(work)

    @staticmethod
    async def _attempt(work: Any) -> None:
        with suppress(aiohttp.ClientError):
            await work


AnyOrder.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)
test_anything_in_any_order = AnyOrder.TestCase
