"""A server that lies, floods, hangs up or falls silent costs nobody the application."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from desktop_app.signaling.link import Link, LinkProblem
from signaling_server.protocol import limits
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import Hello, QueueLeave, ServerMessage
from tests.desktop_app.scripted_server import ScriptedServer, scripted_server, welcome
from tests.desktop_app.signaling.test_client import DEADLINE_S, Watcher, watcher

__all__ = ["watcher"]


@pytest.fixture
async def script() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as script:
        yield script


async def test_a_server_that_hangs_up_at_the_hello_is_tried_again(
    watcher: Watcher, script: ScriptedServer
):
    script.greet = lambda _: None
    watcher.client.connect(script.url)

    assert (await watcher.sees(Link.WAITING)).problem is LinkProblem.LOST
    script.greet = lambda _: [encode(welcome())]
    await watcher.sees(Link.ONLINE)


async def test_a_server_of_a_version_nobody_offered_is_refused(
    watcher: Watcher, script: ScriptedServer
):
    script.greet = lambda _: [encode(welcome(version=99))]
    watcher.client.connect(script.url)

    assert (await watcher.sees(Link.REFUSED)).problem is LinkProblem.VERSION


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        "[" * 30_000,
        '{"type":"session.welcome"}',
        '{"type":"queue.joined","search":1,"online":99999999999}',
        '{"type":"queue.joined","search":1,"online":-1}',
        '{"type":"session.error","code":"rate_limited","text":"","retry_after_s":1e300}',
        json.dumps(
            {
                "type": "queue.matched",
                "search": 1,
                "call": "call",
                "stranger": "x" * 10_000,
                "role": "offerer",
                "exchange": "classical",
                "stranger_has_camera": True,
            }
        ),
    ],
)
async def test_a_lie_in_a_frame_is_passed_over_and_the_session_goes_on(
    watcher: Watcher, script: ScriptedServer, frame: str
):
    received: asyncio.Queue[ServerMessage] = asyncio.Queue()
    watcher.client.received.connect(received.put_nowait)
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)

    await script.say(frame, '{"type":"queue.left"}')

    async with asyncio.timeout(DEADLINE_S):
        assert (await received.get()).__struct_config__.tag == "queue.left"
    assert watcher.client.state.link is Link.ONLINE


async def test_a_frame_beyond_the_limit_costs_the_socket_only(
    watcher: Watcher, script: ScriptedServer
):
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)

    await script.say(" " * (limits.FRAME_MAX_BYTES + 1))

    assert (await watcher.sees(Link.WAITING)).problem is LinkProblem.LOST
    await watcher.sees(Link.ONLINE)


async def test_a_fault_in_what_a_message_leads_to_does_not_end_the_link(
    watcher: Watcher, script: ScriptedServer
):
    def stumble(_: ServerMessage) -> None:
        raise OverflowError

    watcher.client.received.connect(stumble)
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)

    await script.say('{"type":"queue.left"}')

    await watcher.sees(Link.WAITING)
    await watcher.sees(Link.ONLINE)


async def test_a_server_cannot_ask_for_an_endless_pause(watcher: Watcher, script: ScriptedServer):
    full = f'{{"type":"session.error","code":"server_full","text":"","retry_after_s":{limits.DELAY_MAX_S}}}'
    script.greet = lambda _: [full]
    asked_at = asyncio.get_running_loop().time()
    watcher.client.connect(script.url)

    state = await watcher.sees(Link.WAITING)

    assert state.retry_at is not None
    assert state.retry_at - asked_at < limits.DELAY_MAX_S / 10


async def test_a_server_that_answers_nothing_does_not_hold_up_the_quit(
    watcher: Watcher, script: ScriptedServer
):
    script.answers_close = False
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)
    await script.hears(Hello)
    watcher.client.send(QueueLeave())

    async with asyncio.timeout(DEADLINE_S / 2):
        await watcher.client.close()
