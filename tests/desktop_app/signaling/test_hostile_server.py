"""A server that lies, floods, hangs up or falls silent costs nobody the application."""

import asyncio
import base64
import json
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop_app.signaling.link import Link, LinkProblem
from signaling_server.protocol import limits
from signaling_server.protocol.codec import encode
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    Ban,
    Challenge,
    Hello,
    InterestsSuggest,
    QueueLeave,
    ServerMessage,
    SessionError,
)
from signaling_server.protocol.proofs import is_solved, signed_part
from signaling_server.protocol.versions import Feature
from tests.desktop_app.scripted_server import ScriptedServer, welcome
from tests.desktop_app.signaling.watcher import DEADLINE_S, Watcher


async def test_a_server_that_hangs_up_at_the_hello_is_tried_again(
    watcher: Watcher, script: ScriptedServer
):
    script.greet = lambda _: None
    watcher.client.connect(script.url)

    assert (await watcher.sees(Link.WAITING)).problem is LinkProblem.LOST
    script.greet = lambda _: [encode(welcome())]
    await watcher.sees(Link.ONLINE)


async def test_the_hello_is_signed_for_this_server_and_brings_the_work(
    watcher: Watcher, script: ScriptedServer
):
    script.challenge = Challenge("another-nonce-of-the-script", 6)
    watcher.client.connect(script.url)
    hello = await script.hears(Hello)

    assert is_solved(script.challenge.nonce, 6, hello.work)
    assert hello.key is not None and hello.signature is not None
    key, signature = (
        base64.urlsafe_b64decode(text + "==") for text in (hello.key, hello.signature)
    )
    signed = signed_part(script.challenge.nonce, "127.0.0.1")
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)


async def test_a_server_that_challenges_without_end_is_given_up(
    watcher: Watcher, script: ScriptedServer
):
    script.greet = lambda _: [encode(script.challenge)]
    watcher.client.connect(script.url)

    assert (await watcher.sees(Link.WAITING)).problem is not None


async def test_a_ban_is_told_and_not_tried_again(watcher: Watcher, script: ScriptedServer):
    ban = Ban("harassment", until=2e9, appeal="mods@example.org")
    script.greet = lambda _: [encode(SessionError(ErrorCode.BANNED, "ban 1", ban=ban))]
    watcher.client.connect(script.url)
    state = await watcher.sees(Link.REFUSED)

    assert (state.problem, state.ban) == (LinkProblem.BANNED, ban)
    assert state.over_at is not None
    assert 0 < state.over_at - time.monotonic() <= limits.DELAY_MAX_S


async def test_of_a_ban_beyond_every_calendar_only_that_it_is_one_is_taken_in(
    watcher: Watcher, script: ScriptedServer
):
    endless = (
        '{"type":"session.error","code":"banned","text":"","ban":{"reason":"spam","until":1e300}}'
    )
    script.greet = lambda _: [endless]
    watcher.client.connect(script.url)
    await script.hears(Hello)
    await script.close(CloseCode.BANNED)
    state = await watcher.sees(Link.REFUSED)

    assert (state.problem, state.ban) == (LinkProblem.BANNED, None)


@pytest.mark.parametrize(
    ("code", "link", "problem"),
    [
        (ErrorCode.KEY_REFUSED, Link.REFUSED, LinkProblem.KEY_REFUSED),
        (ErrorCode.TOO_MANY_CONNECTIONS, Link.WAITING, LinkProblem.TOO_FAST),
        (ErrorCode.RATE_LIMITED, Link.WAITING, LinkProblem.TOO_FAST),
        (ErrorCode.SERVER_FULL, Link.WAITING, LinkProblem.FULL),
    ],
)
async def test_each_refusal_at_the_door_is_told_apart(
    watcher: Watcher, script: ScriptedServer, code: ErrorCode, link: Link, problem: LinkProblem
):
    script.greet = lambda _: [encode(SessionError(code, "", retry_after_s=200.0))]
    watcher.client.connect(script.url)

    assert (await watcher.sees(link)).problem is problem


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


@pytest.mark.parametrize(
    ("said", "resumes"),
    [(limits.UNACKNOWLEDGED_MAX, True), (limits.UNACKNOWLEDGED_MAX + 1, False)],
)
async def test_a_server_that_acknowledges_nothing_is_come_back_to_all_the_same(
    watcher: Watcher, script: ScriptedServer, said: int, resumes: bool
):
    def greet(hello: Hello) -> list[str]:
        features = [Feature.ACKNOWLEDGED]
        return [encode(welcome(features=features, resumed=hello.resume is not None))]

    script.greet = greet
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)
    for _ in range(said):
        watcher.client.send(InterestsSuggest())
        await script.hears(InterestsSuggest)
    watcher.client.welcomed.connect(lambda _: watcher.client.send(QueueLeave()))
    script.drop()

    hello = await script.hears(Hello)
    assert (hello.resume is not None) is resumes
    others, _ = await script.hears_until(QueueLeave)
    assert len(others) == (said if resumes else 0), "what was said again"


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
