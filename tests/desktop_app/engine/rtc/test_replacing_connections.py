"""A second connection that takes the place of a call's first, whatever comes late."""

import asyncio
import time

import pytest
from aioice import stun
from aioice.ice import StunProtocol

from desktop_app import engine_messages as messages
from desktop_app.engine.rtc.call import Call
from desktop_app.engine.rtc.path import Path
from signaling_server.protocol.messages import Role
from tests.desktop_app.engine.rtc.sides import Side


async def test_a_replacing_connection_finds_a_way_that_opens_while_it_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann, bob, calls = await two_in_a_call()
    swallowed = swallow_first_checks(monkeypatch)
    async with asyncio.timeout(20):
        calls[0].take_description(await offered_and_answered(1, ann, bob, calls))
        await both_go_over(1, ann, bob)
    assert len(swallowed) == 20
    await end_both(ann, bob, calls)


async def test_a_replacing_connection_that_is_answered_late_is_not_given_up_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    within_s = 2.0
    monkeypatch.setattr("desktop_app.engine.rtc.call.REPLACE_WITHIN_S", within_s)
    ann, bob, calls = await two_in_a_call()
    async with asyncio.timeout(20):
        began_s = time.monotonic()
        calls[0].replace(1)
        monkeypatch.setattr("desktop_app.engine.rtc.call.REPLACE_WITHIN_S", 20.0)
        answer = await answer_to(await ann.described.get(), bob, calls)
        await asyncio.sleep(began_s + 0.9 * within_s - time.monotonic())
        swallow_first_checks(monkeypatch, 6)
        calls[0].take_description(answer)
        await both_go_over(1, ann, bob)
    await end_both(ann, bob, calls)


async def test_a_replacing_connection_that_stands_waits_for_the_stranger_to_go_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    within_s = 0.5
    ann, bob, calls = await two_in_a_call()
    go_over, held = calls[0].path_carries, hold_back(calls[0])
    async with asyncio.timeout(20):
        calls[0].replace(1)
        offer = await ann.described.get()
        monkeypatch.setattr("desktop_app.engine.rtc.call.REPLACE_WITHIN_S", within_s)
        answer = await answer_to(offer, bob, calls)
        carry_nothing(calls[1], 1)
        calls[0].take_description(answer)
        newer = await held.get()
        await asyncio.sleep(2 * within_s)
        go_over(newer)
        await both_go_over(1, ann, bob)
    await end_both(ann, bob, calls)


async def test_a_replacing_connection_that_stands_goes_into_use_when_a_newer_one_begins() -> None:
    ann, bob, calls = await two_in_a_call()
    held = [hold_back(call) for call in calls]
    async with asyncio.timeout(20):
        calls[0].take_description(await offered_and_answered(1, ann, bob, calls))
        for queue in held:
            await queue.get()
        for call in calls:
            del call.path_carries  # type: ignore[attr-defined]
        calls[0].take_description(await offered_and_answered(2, ann, bob, calls))
        await both_go_over(1, ann, bob)
        await both_go_over(2, ann, bob)
    await end_both(ann, bob, calls)


def hold_back(call: Call) -> "asyncio.Queue[Path]":
    """Have a call not go over to connections that carry something, and return where they come."""
    held: asyncio.Queue[Path] = asyncio.Queue()
    call.path_carries = held.put_nowait  # type: ignore[method-assign]
    return held


def carry_nothing(call: Call, number: int) -> None:
    """Have this connection of a call take nothing that comes for carrying something."""
    path = call._numbered(number)
    assert path is not None
    path.traffic._carries = True


async def two_in_a_call() -> tuple[Side, Side, list[Call]]:
    """Return both sides and their calls, connected."""
    ann, bob = await Side.prepare(), await Side.prepare()
    calls = [ann.call(Role.OFFERER, bob.offer), bob.call(Role.ANSWERER, ann.offer)]
    for call in calls:
        call.begin()
    async with asyncio.timeout(10):
        await asyncio.gather(ann.connected.wait(), bob.connected.wait())
    return ann, bob, calls


async def offered_and_answered(
    number: int, ann: Side, bob: Side, calls: list[Call]
) -> messages.RemoteDescription:
    """Let the first side offer a replacing connection, and return the other's answer."""
    calls[0].replace(number)
    return await answer_to(await ann.described.get(), bob, calls)


async def answer_to(
    offer: messages.LocalDescription, bob: Side, calls: list[Call]
) -> messages.RemoteDescription:
    calls[1].replace(offer.replacement, offer.sdp)
    answer = await bob.described.get()
    return messages.RemoteDescription("call", answer.kind, answer.sdp, answer.replacement)


async def both_go_over(number: int, ann: Side, bob: Side) -> None:
    for side in (ann, bob):
        assert await side.replaced.get() == messages.ConnectionReplaced("call", number)


async def end_both(ann: Side, bob: Side, calls: list[Call]) -> None:
    for call in calls:
        call.end()
    for side in (ann, bob):
        await side.closing.finish(5)


def swallow_first_checks(monkeypatch: pytest.MonkeyPatch, count: int = 20) -> list[stun.Message]:
    """Lose the first checks, and have aioice repeat none; return those that were lost so far."""
    monkeypatch.setattr(stun, "RETRY_RTO", 1_000.0)
    swallowed: list[stun.Message] = []
    pass_on = StunProtocol.send_stun

    def send(protocol: StunProtocol, message: stun.Message, addr: tuple[str, int]) -> None:
        if len(swallowed) < count:
            swallowed.append(message)
        else:
            pass_on(protocol, message, addr)

    monkeypatch.setattr(StunProtocol, "send_stun", send)
    return swallowed
