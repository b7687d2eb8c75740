"""The live call, from its description on, two of them in one loop."""

import asyncio
import dataclasses
import time
from collections.abc import Callable
from typing import Any

import av
import pytest
from aioice import stun
from aioice.ice import StunProtocol
from aiortc.codecs import HEADER_EXTENSIONS

from desktop_app import engine_messages as messages
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc import cures, transport_feedback
from desktop_app.engine.rtc.call import Call
from desktop_app.engine.rtc.call_parts import CallParts
from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.conversation import Conversation
from desktop_app.engine.rtc.path import Path
from desktop_app.engine.rtc.receiving import Sink, VideoSink
from desktop_app.engine.rtc.relay import Relay
from desktop_app.engine.rtc.tracks import HELD_MAX
from signaling_server.protocol.messages import Exchange, Mode, Role


class TextOnly:
    """The media of calls that carry none."""

    music = False
    has_picture = False

    def video_sink(self, call: str, on_hostile: Callable[[], None], lips: LipSync) -> Sink:
        raise AssertionError("a text call has no pictures")

    def sound_sink(self, lips: LipSync) -> VoiceStream:
        raise AssertionError("a text call has no sound")

    def hear(self, voice: VoiceStream) -> None: ...

    def use_codec(self, name: str) -> None: ...

    def request_key_frame(self) -> None: ...

    def use_bitrate(self, bitrate_bps: int) -> None: ...

    def say_state(self, conversation: Conversation) -> None: ...

    def show_stranger(self, camera: bool) -> None: ...


class Seeing(TextOnly):
    """The media of a call with pictures that nobody looks at. begun is set with the first codec."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    def video_sink(self, call: str, on_hostile: Callable[[], None], lips: LipSync) -> Sink:
        return VideoSink(lambda _picture: None, on_hostile, lips.pictures)

    def sound_sink(self, lips: LipSync) -> VoiceStream:
        return VoiceStream(time.monotonic, lips)

    def use_codec(self, name: str) -> None:
        self.begun.set()


class Side:
    """One end of a paired call. ice is aioice's own connection."""

    def __init__(self, connection: Connection, offer: str, mode: Mode) -> None:
        self.mode = mode
        self.connection = connection
        self.offer = offer
        self.ice: Any = cures.ice_transport(connection.peer)._connection
        self.connected = asyncio.Event()
        self.described: asyncio.Queue[messages.LocalDescription] = asyncio.Queue()
        self.replaced: asyncio.Queue[messages.Message] = asyncio.Queue()
        self.closing = Closing()
        self.told_connected = 0

    @classmethod
    async def prepare(cls, mode: Mode = Mode.TEXT) -> "Side":
        connection = Connection(kinds_of(mode), [])
        return cls(connection, await connection.make_offer(), mode)

    def call(self, role: Role, description: str, media: TextOnly | None = None) -> Call:
        start = messages.StartCall(
            "call",
            self.mode,
            role,
            Exchange.PAIRED,
            self.connection.id,
            description,
            replaceable=True,
        )
        return Call(start, (self.connection, self.offer), [], self._parts(media or TextOnly()))

    def answer(self, offer: str, media: TextOnly) -> Call:
        """Return a call of a classical exchange, for which nothing had to be ready."""
        start = messages.StartCall(
            "call", self.mode, Role.ANSWERER, Exchange.CLASSICAL, description=offer
        )
        return Call(start, (self.connection, self.offer), [], self._parts(media))

    def _parts(self, media: TextOnly) -> CallParts:
        return CallParts(
            self._take,
            media,
            self.closing,
            Relay(),
            on_connected=self._note_connected,
            on_over=lambda _id: None,
        )

    def _note_connected(self) -> None:
        self.told_connected += 1

    def _take(self, event: messages.Message) -> None:
        if isinstance(event, messages.CallConnected):
            self.connected.set()
        elif isinstance(event, messages.LocalDescription):
            self.described.put_nowait(event)
        elif isinstance(event, messages.ConnectionReplaced | messages.ReplacementFailed):
            self.replaced.put_nowait(event)


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
