"""What anybody sends to the sockets of a connection harms neither it nor the call it may become."""

import asyncio
from typing import Any

import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.rtc import cures
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.cures.ice import ARRIVED_MAX
from desktop_app.engine_messages import Stream
from signaling_server.protocol.messages import Mode
from tests.desktop_app.engine import calls, strays
from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.desktop_app.engine.raw_peer import RawPeer

Pair = tuple[EngineDriver, EngineDriver]


@pytest.fixture(autouse=True)
def _watching(pair: Pair) -> None:
    for engine in pair:
        engine.send(messages.SetView(Stream.STRANGER, 320, 240))


async def say(call: str, teller: EngineDriver, hearer: EngineDriver, text: str) -> None:
    teller.send(messages.SendText(call, 1, text))
    heard = await asyncio.to_thread(hearer.wait, messages.TextReceived)
    assert heard.text == text


async def test_a_ready_connection_and_a_call_bear_what_strays_send(pair: Pair) -> None:
    for engine, voice_hz in zip(pair, (calls.ANN_HZ, calls.BOB_HZ), strict=True):
        calls.open_devices(engine, voice_hz)
    ready = [await asyncio.to_thread(calls.prepare, engine) for engine in pair]
    for one in ready:
        await strays.send_everywhere(one.description)
    call = await asyncio.to_thread(calls.call_paired, pair[0], ready[0], pair[1], ready[1])
    for one in ready:
        await strays.send_everywhere(one.description)
    await say(call, *pair, "still here")
    for engine in pair:
        engine.drain()
        await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=call)
    pair[0].send(messages.EndCall(call))


@pytest.mark.parametrize("name", strays.STRAYS)
async def test_a_call_bears_what_comes_from_where_the_stranger_is(pair: Pair, name: str) -> None:
    engine = pair[0]
    async with RawPeer(engine, [(320, 240)]) as peer:
        await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=peer.call)
        ice: Any = cures.ice_transport(peer.connection)._connection
        way = ice._nominated[1]
        # Not through the transport, which leaves out what is empty.
        with way.protocol.transport.get_extra_info("socket").dup() as sender:
            sender.sendto(strays.STRAYS[name], way.remote_addr)
        peer.channel.send('{"type": "chat.text", "number": 1, "text": "still here"}')
        assert (await peer.wait(messages.TextReceived)).text == "still here"
        engine.drain()
        await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=peer.call)
        engine.send(messages.EndCall(peer.call))


async def test_nothing_that_strays_send_to_a_ready_connection_is_kept() -> None:
    cures.install()
    connection = Connection(kinds_of(Mode.TEXT), [])
    offer = await connection.make_offer()
    ice: Any = cures.ice_transport(connection.peer)._connection
    for _ in range(ARRIVED_MAX // len(strays.STRAYS) + 1):
        await strays.send_everywhere(offer)
    assert ice._queue.empty()
    await connection.close()


async def test_what_comes_before_the_answer_is_kept_but_not_without_end() -> None:
    cures.install()
    one, other = Connection(kinds_of(Mode.TEXT), []), Connection(kinds_of(Mode.TEXT), [])
    await other.make_answer(await one.make_offer())
    ann: Any = cures.ice_transport(one.peer)._connection
    bob: Any = cures.ice_transport(other.peer)._connection
    sender, target = bob._protocols[0], ann._protocols[0].local_candidate
    source = (sender.local_candidate.host, sender.local_candidate.port)
    async with asyncio.timeout(20):
        while all(address != source for _, address, _ in ann._early_checks):  # noqa: ASYNC110 (no event tells)
            await asyncio.sleep(0)
    assert ann._queue.empty()
    for _ in range(2 * ARRIVED_MAX):
        await sender.send_data(strays.STRAYS["RTP"], (target.host, target.port))
        await asyncio.sleep(0)
    assert 0 < ann._queue.qsize() <= ARRIVED_MAX
    for connection in (one, other):
        await connection.close()


async def test_a_way_that_nobody_has_named_is_taken_all_the_same() -> None:
    cures.install()
    one, other = Connection(kinds_of(Mode.TEXT), []), Connection(kinds_of(Mode.TEXT), [])
    opened = asyncio.Event()
    one.channel.on("open", opened.set)
    offer = await one.make_offer()
    nameless = "".join(
        line
        for line in offer.splitlines(keepends=True)
        if not line.startswith(("a=candidate", "a=end-of-candidates"))
    )
    await one.take_answer(await other.make_answer(nameless), controlled=False)
    async with asyncio.timeout(20):
        await opened.wait()
    ways = cures.ice_transport(other.peer)._connection._nominated
    assert ways[1].remote_candidate.type == "prflx"
    for connection in (one, other):
        await connection.close()
