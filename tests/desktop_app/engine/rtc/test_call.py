"""The live call, from its description on, two of them in one loop."""

import asyncio
import dataclasses
from typing import Any

import av
import pytest
from aiortc.codecs import HEADER_EXTENSIONS

from desktop_app import engine_messages as messages
from desktop_app.engine.rtc import cures, transport_feedback
from desktop_app.engine.rtc.tracks import HELD_MAX
from signaling_server.protocol.messages import Mode, Role
from tests.desktop_app.engine.rtc.sides import Seeing, Side


async def test_the_first_look_for_something_to_check_finds_the_candidates_described() -> None:
    ann, bob = await Side.prepare(), await Side.prepare()
    at_first_look: list[int] = []
    for side in (ann, bob):
        connect = side.ice.connect

        async def note_and_connect(side: Side = side, connect: Any = connect) -> None:
            at_first_look.append(len(side.ice.remote_candidates))
            await connect()

        side.ice.connect = note_and_connect
    calls = [ann.call(Role.OFFERER, bob.offer), bob.call(Role.ANSWERER, ann.offer)]
    for call in calls:
        call.begin()
    async with asyncio.timeout(10):
        await asyncio.gather(ann.connected.wait(), bob.connected.wait())
    assert (ann.told_connected, bob.told_connected) == (1, 1)
    assert all(at_first_look), "ICE slept although there was something to check"
    for call in calls:
        call.end()
    for side in (ann, bob):
        await side.closing.finish(5)


@pytest.mark.parametrize("early", [True, False], ids=["early", "late"])
async def test_the_end_of_one_sections_candidates_ends_those_of_no_other(early: bool) -> None:
    """Firefox gathers for each section until it knows that everything is bundled."""
    ann, bob = await Side.prepare(Mode.VIDEO), await Side.prepare(Mode.VIDEO)
    begins = ("a=candidate", "a=end-of-candidates")
    lines = ann.offer.split("\r\n")
    own = list(dict.fromkeys(line[2:] for line in lines if line.startswith(begins[0])))
    bare = "\r\n".join(line for line in lines if not line.startswith(begins))
    call = bob.answer(bare, Seeing())
    call.begin()
    async with asyncio.timeout(20):
        if not early:
            await bob.described.get()
        for mid, candidate in (
            ("1", ""),
            ("1", "candidate:1 1 udp 2130706431 192.0.2.7 4000 typ host"),
            *(("0", one) for one in own),
            ("0", ""),
        ):
            call.take_candidate(messages.RemoteCandidate("call", candidate, mid, int(mid)))
        if early:
            await bob.described.get()
        assert call._path.connection is not None
        transport = cures.ice_transport(call._path.connection.peer)
        while not transport.iceGatherer._remote_candidates_end:  # noqa: ASYNC110 (no event says so)
            await asyncio.sleep(0.01)
    taken = {(one.ip, one.port) for one in transport.getRemoteCandidates()}
    assert taken == {(one.split()[4], int(one.split()[5])) for one in own}
    call.end()
    await ann.connection.close()
    await bob.closing.finish(5)


async def test_each_side_sends_with_the_numbers_of_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As docs/protocol.md has it of a paired exchange; all our own clients have the same ones."""
    cures.install()
    ann = await Side.prepare(Mode.VOICE)
    with monkeypatch.context() as renumbered:
        for kind, known in HEADER_EXTENSIONS.items():
            others = [dataclasses.replace(one, id=6 - one.id) for one in known]
            renumbered.setitem(HEADER_EXTENSIONS, kind, others)
        bob = await Side.prepare(Mode.VOICE)
    assert f"a=extmap:5 {transport_feedback.URI}" in ann.offer
    assert f"a=extmap:1 {transport_feedback.URI}" in bob.offer
    calls = [
        ann.call(Role.OFFERER, bob.offer, Seeing()),
        bob.call(Role.ANSWERER, ann.offer, Seeing()),
    ]
    for call in calls:
        call.begin()
    async with asyncio.timeout(20):
        await asyncio.gather(ann.connected.wait(), bob.connected.wait())
        heard = [numbers_heard(side) for side in (ann, bob)]
        for call in calls:
            for number in range(10):
                packet = av.Packet(b"voice")
                packet.pts = 960 * number
                call.offer_packet("audio", packet, True)
        for numbers in heard:
            first, *others = [await numbers.get() for _ in range(10)]
            assert others == list(range(first + 1, first + 10))
    for call in calls:
        call.end()
    for side in (ann, bob):
        await side.closing.finish(5)


def numbers_heard(side: Side) -> "asyncio.Queue[int]":
    """Return where the numbers come that a voice is received with."""
    numbers: asyncio.Queue[int] = asyncio.Queue()
    (voice,) = side.connection.peer.getTransceivers()
    receiver: Any = voice.receiver
    handle = receiver._handle_rtp_packet

    async def note_and_handle(packet: Any, arrival_time_ms: int) -> None:
        numbers.put_nowait(packet.extensions.transport_sequence_number)
        await handle(packet, arrival_time_ms)

    receiver._handle_rtp_packet = note_and_handle
    return numbers


async def test_a_call_goes_first_until_a_picture_is_there_and_for_a_moment_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann, bob = await Side.prepare(), await Side.prepare()
    media = Seeing()
    call = ann.call(Role.OFFERER, bob.offer, media)
    assert call.goes_first
    media.has_picture = True
    assert not call.goes_first
    media.has_picture = False
    monkeypatch.setattr("desktop_app.engine.rtc.call.GOES_FIRST_S", 0.0)
    assert not ann.call(Role.OFFERER, bob.offer, media).goes_first
    for side in (ann, bob):
        await side.connection.close()


async def test_while_a_connection_is_set_up_no_pictures_are_made_beyond_those_that_are_held() -> (
    None
):
    ann, bob = await Side.prepare(Mode.VIDEO), await Side.prepare(Mode.VIDEO)
    media = Seeing()
    call = ann.call(Role.OFFERER, bob.offer, media)
    call.begin()
    async with asyncio.timeout(10):
        await media.begun.wait()
    track = ann.connection.tracks["video"]
    made = 0
    while not call.is_behind:
        assert made < HELD_MAX, "pictures are made that would be thrown away"
        call.offer_packet("video", av.Packet(b"picture"), made == 0)
        made += 1
    assert track.is_whole
    assert track.waiting == made
    # The one that was being made meanwhile is held as well.
    call.offer_packet("video", av.Packet(b"picture"), False)
    assert track.is_whole
    assert track.waiting == HELD_MAX
    # Nor is any of them sent once the camera is off.
    call.forget_pictures()
    assert track.waiting == 0
    call.end()
    await bob.connection.close()
    await ann.closing.finish(5)
