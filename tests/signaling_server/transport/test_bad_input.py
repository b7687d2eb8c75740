"""Each bad client is answered or closed, and a pair that talks beside it notices nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    CallAway,
    CallCandidate,
    CallDescription,
    DescriptionKind,
    Hello,
    Mode,
    QueueLeave,
    ServerMessage,
    SessionError,
)
from tests.signaling_server.conftest import Arrive, ManualClock, Meet
from tests.signaling_server.transport.raw_socket import BINARY, CLOSE, PING, RawSocket
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

HELLO = b'{"type":"session.hello","versions":[1]}'

MALFORMED = {
    "no JSON": "hello",
    "half an object": '{"type":"queue.join"',
    "an empty frame": "",
    "no object": "[]",
    "no type": "{}",
    "a type that is no text": '{"type":7}',
    "a missing field": '{"type":"queue.join","mode":"video"}',
    "a number for a text": '{"type":"call.candidate","call":7,"candidate":""}',
    "a text for a number": '{"type":"queue.join","search":"1","mode":"video"}',
    "a negative search": '{"type":"queue.join","search":-1,"mode":"video"}',
    "a search beyond 2^53": '{"type":"queue.join","search":9007199254740993,"mode":"video"}',
    "an unknown mode": '{"type":"queue.join","search":1,"mode":"smell"}',
    "null": '{"type":"queue.join","search":1,"mode":null}',
    "an empty call id": '{"type":"call.candidate","call":"","candidate":""}',
    "a long call id": '{"type":"call.candidate","call":"%s","candidate":""}' % ("x" * 65),
    "a long candidate": '{"type":"call.candidate","call":"c","candidate":"%s"}' % ("x" * 1_025),
    "an empty description": '{"type":"queue.join","search":1,"mode":"video","description":""}',
    "a long description": '{"type":"queue.join","search":1,"mode":"video","description":"%s"}'
    % ("x" * (limits.DESCRIPTION_MAX_CHARACTERS + 1)),
    "too many blocked": '{"type":"queue.join","search":1,"mode":"video","blocked":["b"%s]}'
    % (',"b"' * limits.BLOCKED_MAX),
    "a language with a line break": '{"type":"queue.join","search":1,"mode":"video","languages":["en\\n"]}',
    "a blank interest": '{"type":"queue.join","search":1,"mode":"video","interests":[" "]}',
    "deep nesting": '{"type":"queue.leave","x":' + "[" * 32_000 + "]" * 32_000 + "}",
    "a lone surrogate": '{"type":"\\ud800"}',
    "a binary frame": b'{"type":"queue.leave"}',
}


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"messages_burst": 5_000}


@pytest.fixture(autouse=True)
async def undisturbed_pair(meet: Meet) -> AsyncIterator[None]:
    ann, bob, match, _ = await meet()
    yield
    await ann.hears_nothing()
    await bob.hears_nothing()
    await ann.send(CallCandidate(match.call, "still here"))
    assert (await bob.receive(CallCandidate)).candidate == "still here"


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_message_is_refused_and_the_session_goes_on(
    arrive: Arrive, frame: str | bytes
):
    eve = await arrive()
    await eve.send_raw(frame)

    await eve.refused(ErrorCode.MALFORMED)
    await eve.join()


async def test_a_client_that_keeps_sending_malformed_frames_is_closed(arrive: Arrive):
    eve = await arrive()
    for _ in range(limits.MALFORMED_MAX + 1):
        await eve.send_raw("?")
    for _ in range(limits.MALFORMED_MAX + 1):
        await eve.refused(ErrorCode.MALFORMED)

    assert await eve.closed() == CloseCode.MALFORMED


async def test_a_message_of_an_unknown_type_is_refused_by_name(arrive: Arrive):
    eve = await arrive()
    await eve.send_raw('{"type":"room.join","room":"x"}')

    assert (await eve.refused(ErrorCode.UNKNOWN_TYPE)).about == "room.join"
    await eve.join()


async def test_unknown_keys_are_ignored(arrive: Arrive):
    eve = await arrive()
    await eve.send_raw('{"type":"queue.join","search":1,"mode":"text","colour":"red"}')
    await eve.receive_any()


async def test_the_longest_frame_is_taken_and_a_longer_one_closes_the_socket(
    server: Server, arrive: Arrive
):
    eve = await arrive()
    filled = '{"type":"x","y":"%s"}'
    await eve.send_raw(filled % ("y" * (limits.FRAME_MAX_BYTES - len(filled) + 2)))
    await eve.refused(ErrorCode.UNKNOWN_TYPE)
    await eve.send_raw(filled % ("y" * limits.FRAME_MAX_BYTES))

    assert await eve.closed() == CloseCode.TOO_LARGE


async def test_a_frame_in_endless_pieces_closes_the_socket(server: Server):
    async with RawSocket(server.urls[0]) as eve:
        eve.send(b"x" * 30_000, final=False)
        for _ in range(3):
            eve.send(b"x" * 30_000, opcode=0, final=False)

        assert await eve.close_code() == CloseCode.TOO_LARGE


async def test_nothing_counts_after_a_close_frame(server: Server, arrive: Arrive):
    async with RawSocket(server.urls[0]) as eve:
        eve.send(HELLO)
        await eve.receive()
        bob = await arrive()
        eve.send(b"\x03", CLOSE)
        eve.send(b'{"type":"queue.join","search":1,"mode":"video"}')

        assert await eve.close_code() == CloseCode.PROTOCOL_FAULT
        await bob.join()
        await bob.hears_nothing()


async def test_bad_utf8_is_malformed(server: Server):
    async with RawSocket(server.urls[0]) as eve:
        eve.send(HELLO)
        await eve.receive()
        eve.send(b'{"type":"queue.join","search":1,"mode":"\xff\xfe"}')

        _, answer = await eve.receive()
        assert b'"code":"malformed"' in answer


async def test_something_before_hello_closes_the_socket(server: Server):
    async with WireClient(server.urls[0]) as eve:
        await eve.send(QueueLeave())

        await eve.refused(ErrorCode.HELLO_REQUIRED)
        assert await eve.closed() == CloseCode.MALFORMED


async def test_a_second_hello_is_refused(arrive: Arrive):
    eve = await arrive()
    await eve.send(Hello(versions=[1]))

    await eve.refused(ErrorCode.WRONG_STATE)


class TestWhoIsNotWaitedFor:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        # Long enough for the others to come while the host stands still for a moment.
        return {**settings, "hello_timeout_s": 2.0}

    async def test_a_connection_that_says_nothing_is_closed(self, server: Server):
        async with WireClient(server.urls[0]) as eve:
            await eve.refused(ErrorCode.HELLO_TIMEOUT)
            assert await eve.closed() == CloseCode.HELLO_TIMEOUT

    async def test_a_connection_that_does_not_become_a_websocket_is_broken_off(
        self, server: Server
    ):
        await asyncio.gather(
            *map(
                partial(until_broken_off, server),
                [
                    b"",
                    b"GET /v1/ws HTTP/1.1\r\nHost: x\r\n",
                    b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
                    b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
                ],
            )
        )

    async def test_pings_do_not_stand_for_a_hello(self, server: Server):
        async with RawSocket(server.urls[0]) as eve:
            eve.send(b"", PING)
            assert await eve.close_code() == CloseCode.HELLO_TIMEOUT


async def until_broken_off(server: Server, begun: bytes) -> None:
    """Connect, begin a request and wait until the server ends the connection."""
    address = urlsplit(server.urls[0])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(begun)

    with suppress(ConnectionError):
        async with asyncio.timeout(DEADLINE_S):
            await reader.read()

    writer.close()


async def test_a_client_of_another_version_is_told_so_in_words(server: Server):
    async with WireClient(server.urls[0]) as eve:
        await eve.send(Hello(versions=[7, 8]))

        assert "version 1" in (await eve.refused(ErrorCode.VERSION_UNSUPPORTED)).text
        assert await eve.closed() == CloseCode.VERSION_UNSUPPORTED


async def test_a_newer_client_that_also_speaks_this_version_is_welcome(server: Server):
    async with WireClient(server.urls[0]) as newer:
        welcome = await newer.hello(versions=[2, 1], features=["paired-descriptions", "hologram"])

        assert welcome.version == 1
        assert welcome.features == ["paired-descriptions"]


async def test_a_socket_cut_in_the_middle_of_a_frame(server: Server):
    async with RawSocket(server.urls[0]) as eve:
        eve.send(HELLO)
        await eve.receive()
        eve.writer.write(b"\x81\xfe\x10\x00")
        await eve.writer.drain()


async def test_a_slow_reader_is_dropped_and_its_partner_is_not_held_up(
    server: Server, arrive: Arrive
):
    bob = await arrive()
    async with RawSocket(server.urls[0], receive_buffer_bytes=4_096) as slow:
        slow.send(HELLO)
        slow.send(b'{"type":"queue.join","search":1,"mode":"text"}')
        await bob.join(Mode.TEXT)
        call = (await bob.matched()).call
        description = CallDescription(call, DescriptionKind.OFFER, "x" * 30_000)
        told: list[ServerMessage] = []
        for _ in range(1_000):
            await bob.send(description)
            await bob.send_raw('{"type":"test.anything_else"}')
            while not isinstance(answer := await bob.receive_any(), SessionError):
                told.append(answer)
            if answer.code is ErrorCode.RATE_LIMITED:
                await bob.refused(ErrorCode.UNKNOWN_TYPE)
                break

    assert told == [CallAway(call)]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_web_page_that_is_not_listed_is_refused(server: Server, origin: str):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        async with WireClient(server.urls[0], headers={"Origin": origin}):
            pass
    assert refusal.value.status == 403


async def test_binary_frames_count_as_malformed_before_hello(server: Server):
    async with RawSocket(server.urls[0]) as eve:
        eve.send(b"\x00\x01", BINARY)
        _, answer = await eve.receive()
        assert b'"code":"malformed"' in answer


async def test_a_fault_of_the_server_costs_one_socket_and_no_session(
    server: Server, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
):
    eve = await arrive()
    with monkeypatch.context() as broken:
        broken.setattr(server.lobby, "leave", lambda peer: 1 / 0)
        await eve.send(QueueLeave())
        assert await eve.closed() == CloseCode.SERVER_FAULT

    assert eve.welcome is not None
    again = await arrive(resume=eve.welcome.resume)
    assert again.welcome is not None and again.welcome.resumed


async def test_a_fault_in_what_is_due_does_not_stop_what_is_due_later(
    server: Server, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
):
    rung = asyncio.Event()
    steps = iter([lambda: (), lambda: 1 / 0])

    def pass_time() -> object:
        step = next(steps, None)
        return rung.set() or () if step is None else step()

    with monkeypatch.context() as broken:
        broken.setattr(server.lobby, "next_due", clock)
        broken.setattr(server.lobby, "pass_time", pass_time)
        server.pass_time()

        async with asyncio.timeout(DEADLINE_S):
            await rung.wait()


async def test_an_error_names_no_more_than_the_head_of_a_long_type(arrive: Arrive):
    eve = await arrive()
    await eve.send_raw('{"type":"%s"}' % ("x" * 5_000))

    error = await eve.receive(SessionError)
    assert error.about == "x" * 64
