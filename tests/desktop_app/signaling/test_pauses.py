"""How long the client stays away from a server that has let it in, or has said no."""

import time

import pytest

from desktop_app.signaling import client
from desktop_app.signaling.link import Link
from signaling_server.protocol.codec import encode
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import SessionError, Welcome
from tests.desktop_app.scripted_server import ScriptedServer, scripted_server
from tests.desktop_app.signaling.watcher import Watcher


async def pause_of(watcher: Watcher) -> float:
    """Wait until the client waits, and return how long it is going to."""
    state = await watcher.sees(Link.WAITING)
    assert state.retry_at is not None
    return state.retry_at - time.monotonic()


async def lose_sockets(watcher: Watcher, script: ScriptedServer, count: int) -> None:
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)
    for _ in range(count):
        script.drop()
        await watcher.sees(Link.WAITING)
        watcher.client.reconnect()
        await watcher.sees(Link.ONLINE)


async def test_a_server_that_lets_in_and_hangs_up_is_come_back_to_ever_more_slowly(
    watcher: Watcher, script: ScriptedServer
):
    await lose_sockets(watcher, script, 4)
    script.drop()

    assert await pause_of(watcher) > client.FIRST_RETRY_S


async def test_after_a_socket_that_has_lasted_one_comes_back_at_once(
    watcher: Watcher, script: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "LASTING_S", 0.0)
    await lose_sockets(watcher, script, 4)
    script.drop()

    assert await pause_of(watcher) <= client.FIRST_RETRY_S


async def test_a_fault_of_our_own_at_each_welcome_does_not_hammer_the_server(
    watcher: Watcher, script: ScriptedServer
):
    def stumble(_: Welcome) -> None:
        raise OverflowError

    watcher.client.welcomed.connect(stumble)
    watcher.client.connect(script.url)
    for _ in range(4):
        await watcher.sees(Link.WAITING)
        watcher.client.reconnect()

    assert await pause_of(watcher) > client.FIRST_RETRY_S
    watcher.client.addresses_changed()
    assert await pause_of(watcher) <= client.FIRST_RETRY_S


@pytest.mark.parametrize(
    "code",
    [
        CloseCode.PROTOCOL_FAULT,
        CloseCode.SERVER_FAULT,
        CloseCode.MALFORMED,
        CloseCode.HELLO_TIMEOUT,
        CloseCode.RATE_LIMITED,
    ],
)
async def test_after_a_fault_one_comes_back_slowly(
    watcher: Watcher, script: ScriptedServer, code: CloseCode
):
    watcher.client.connect(script.url)
    await watcher.sees(Link.ONLINE)
    await script.close(code)

    assert await pause_of(watcher) > client.FIRST_RETRY_S


async def test_a_full_server_that_asks_for_no_pause_gets_one(
    watcher: Watcher, script: ScriptedServer
):
    full = SessionError(ErrorCode.SERVER_FULL, "", retry_after_s=0.0)
    script.greet = lambda _: [encode(full)]
    watcher.client.connect(script.url)
    for _ in range(4):
        await watcher.sees(Link.WAITING)
        watcher.client.reconnect()

    assert await pause_of(watcher) > client.FIRST_RETRY_S


@pytest.mark.parametrize(
    "code",
    [ErrorCode.SERVER_FULL, ErrorCode.SHUTTING_DOWN, ErrorCode.TOO_MANY_CONNECTIONS],
)
async def test_neither_a_press_nor_another_address_shortens_a_pause_that_was_asked_for(
    watcher: Watcher, script: ScriptedServer, code: ErrorCode
):
    refusal = SessionError(code, "", retry_after_s=200.0)
    script.greet = lambda _: [encode(refusal)]
    watcher.client.connect(script.url)
    asked = await watcher.sees(Link.WAITING)
    links: list[Link] = []
    watcher.client.state_changed.connect(lambda state: links.append(state.link))
    for press in (watcher.client.reconnect, watcher.client.addresses_changed):
        press()
        state = await watcher.sees(Link.WAITING)
        assert (state.problem, state.retry_at) == (asked.problem, asked.retry_at)

    assert Link.CONNECTING not in links


async def test_the_pause_of_one_server_is_not_that_of_another(
    watcher: Watcher, script: ScriptedServer
):
    full = SessionError(ErrorCode.SERVER_FULL, "", retry_after_s=200.0)
    script.greet = lambda _: [encode(full)]
    watcher.client.connect(script.url)
    await watcher.sees(Link.WAITING)

    async with scripted_server() as other:
        watcher.client.connect(other.url)
        await watcher.sees(Link.ONLINE)
