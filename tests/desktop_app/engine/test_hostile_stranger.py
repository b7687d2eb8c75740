"""A stranger who wants to harm gains the end of one call, and nothing else."""

import asyncio
import json
import struct
from collections.abc import Iterator

import pytest
from aiortc.rtcsctptransport import Chunk, ForwardTsnChunk, HeartbeatChunk, SackChunk
from aiortc.rtp import RtcpByePacket

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import CallFailure, Stream
from signaling_server.protocol.messages import DescriptionKind, Exchange, Mode, Role
from tests.desktop_app.engine import calls
from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.desktop_app.engine.raw_peer import RawPeer


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineDriver]:
    with EngineDriver() as engine:
        engine.send(messages.SetView(Stream.STRANGER, 640, 480))
        yield engine


async def test_a_well_behaved_stranger_is_shown(engine: EngineDriver) -> None:
    async with RawPeer(engine, [(640, 480)]) as peer:
        await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=peer.call)


async def test_pictures_that_go_on_after_a_goodbye_are_shown(engine: EngineDriver) -> None:
    async with RawPeer(engine, [(640, 480)]) as peer:
        await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=peer.call)
        [sender] = [one for one in peer.connection.getSenders() if one.kind == "video"]
        await sender._send_rtcp([RtcpByePacket([sender._ssrc])])
        engine.drain()
        # More of them than can be on their way.
        for _ in range(30):
            await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=peer.call)
        engine.send(messages.EndCall(peer.call))


@pytest.mark.parametrize("codec", ["video/VP8", "video/H264"])
async def test_too_large_pictures_end_the_call(engine: EngineDriver, codec: str) -> None:
    async with RawPeer(engine, [(2560, 1440)], codec) as peer:
        await peer.expect_end(CallFailure.HOSTILE_PICTURE)


async def test_ever_changing_sizes_end_the_call(engine: EngineDriver) -> None:
    sizes = [(320, 240), (176, 144)] * 40
    async with RawPeer(engine, sizes) as peer:
        await peer.expect_end(CallFailure.HOSTILE_PICTURE)


async def test_odd_header_extensions_end_nothing(engine: EngineDriver) -> None:
    async with RawPeer(engine, [(640, 480)]) as peer:
        await asyncio.to_thread(engine.wait_picture, Stream.STRANGER, call=peer.call)
        transport = peer.connection.getTransceivers()[0].receiver.transport
        for packet in _odd_packets():
            await transport._send_rtp(packet)
        peer.channel.send(json.dumps({"type": "chat.text", "number": 1, "text": "still here"}))
        assert (await peer.wait(messages.TextReceived)).text == "still here"


def _odd_packets() -> Iterator[bytes]:
    """Yield RTP packets with extensions of every number and of many lengths, in both forms."""
    one_byte = [
        (0xBEDE, bytes((number << 4 | length - 1,)) + b"\xff" * length)
        for number in range(16)
        for length in range(1, 17)
    ]
    two_bytes = [
        (0x1000, bytes((number, length)) + b"\xff" * length)
        for number in (*range(8), 14, 15, 255)
        for length in (*range(6), 17)
    ]
    cut = [(0xBEDE, b"\x2f"), (0x1000, b"\x02\x09")]
    for sequence, (form, value) in enumerate([*one_byte, *two_bytes, *cut]):
        value += bytes(-len(value) % 4)
        # Of a payload type that nobody has agreed on: with the header it has done its work.
        yield struct.pack("!BBHLLHH", 0x90, 127, sequence, 0, 1, form, len(value) // 4) + value


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not json",
        "[" * 5_000,
        json.dumps({"type": "chat.text", "number": 1}),
        json.dumps({"type": "chat.text", "number": 1, "text": "x" * 2_001}),
        json.dumps({"type": "chat.text", "number": -1, "text": "x"}),
        json.dumps({"type": "chat.typing", "typing": "yes"}),
        "x" * 20_000,
        "x" * 250_000,
        b"\x00\x01\x02",
    ],
    ids=lambda message: f"{message[:24]!r}+{len(message)}",
)
async def test_bad_messages_end_the_call(engine: EngineDriver, message: str | bytes) -> None:
    async with RawPeer(engine) as peer:
        peer.channel.send(message)
        await peer.expect_end(CallFailure.HOSTILE_DATA)


async def test_unknown_messages_of_a_newer_version_are_passed_over(engine: EngineDriver) -> None:
    async with RawPeer(engine) as peer:
        peer.channel.send(json.dumps({"type": "future.thing", "x": 1}))
        peer.channel.send(json.dumps({"type": "chat.text", "number": 1, "text": "still here"}))
        assert (await peer.wait(messages.TextReceived)).text == "still here"


async def test_too_many_messages_end_the_call(engine: EngineDriver) -> None:
    async with RawPeer(engine) as peer:
        for number in range(200):
            peer.channel.send(json.dumps({"type": "chat.text", "number": number, "text": "x"}))
        await peer.expect_end(CallFailure.HOSTILE_DATA)


async def test_another_channel_ends_the_call(engine: EngineDriver) -> None:
    async with RawPeer(engine) as peer:
        peer.connection.createDataChannel("something else")
        await peer.expect_end(CallFailure.HOSTILE_DATA)


class _Endless(HeartbeatChunk):
    """Has a parameter that says of itself that it is shorter than its own header."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    @property
    def body(self) -> bytes:  # type: ignore[override]  # as aiortc's own chunks do it
        return struct.pack("!HH", 1, self._length)


@pytest.mark.parametrize("length", range(4))
async def test_a_parameter_without_a_length_holds_nobody_up(
    engine: EngineDriver, length: int
) -> None:
    async with RawPeer(engine) as peer:
        await _send_chunk(peer, _Endless(length))
        await _expect_talk(peer)


async def test_acknowledging_what_was_never_sent_holds_nobody_up(engine: EngineDriver) -> None:
    async with RawPeer(engine) as peer:
        assert peer.connection.sctp is not None
        everything = SackChunk()
        everything.cumulative_tsn = peer.connection.sctp._last_received_tsn
        everything.gaps = [(1, 0xFFFF)] * 280
        await _send_chunk(peer, everything)
        await _expect_talk(peer)


async def test_passing_over_other_channels_ends_the_call(engine: EngineDriver) -> None:
    async with RawPeer(engine) as peer:
        assert peer.connection.sctp is not None
        skip = ForwardTsnChunk()
        skip.cumulative_tsn = peer.connection.sctp._local_tsn
        skip.streams = [(stream, 0) for stream in range(1, 250)]
        await _send_chunk(peer, skip)
        await peer.expect_end(CallFailure.HOSTILE_DATA)


async def _send_chunk(peer: RawPeer, chunk: Chunk) -> None:
    assert peer.connection.sctp is not None
    await peer.connection.sctp._send_chunk(chunk)


async def _expect_talk(peer: RawPeer) -> None:
    """The engine answers, at once and not after seconds, and the call goes on."""
    peer.channel.send(json.dumps({"type": "chat.text", "number": 1, "text": "still here"}))
    text = await asyncio.to_thread(peer.engine.wait, messages.TextReceived, deadline_s=3)
    assert text.text == "still here"


def _offer(engine: EngineDriver) -> str:
    return calls.prepare(engine, Mode.VIDEO).description


def _without(sdp: str, start: str) -> str:
    return "\r\n".join(line for line in sdp.split("\r\n") if not line.startswith(start))


BAD_OFFERS = {
    "empty": lambda sdp: "",
    "garbage": lambda sdp: "v=0\r\n\x00\x01garbage\r\nm=\r\n",
    "no media": lambda sdp: sdp[: sdp.index("m=")],
    "no fingerprint": lambda sdp: _without(sdp, "a=fingerprint"),
    "no credentials": lambda sdp: _without(sdp, "a=ice-ufrag"),
    "no rtcp-mux": lambda sdp: _without(sdp, "a=rtcp-mux"),
    "no bundle": lambda sdp: _without(sdp, "a=group"),
    "no codecs": lambda sdp: _without(sdp, "a=rtpmap"),
    "huge": lambda sdp: sdp + "a=x:" + "y" * 200_000,
    "long line": lambda sdp: sdp + "a=x:" + "y" * 20_000,
    "many sections": lambda sdp: sdp + sdp[sdp.index("m=application") :] * 40,
    "broken numbers": lambda sdp: sdp.replace("a=rtpmap:", "a=rtpmap:x"),
    "broken formats": lambda sdp: sdp.replace("SAVPF 96", "SAVPF 9999999999"),
    "line breaks in the name": lambda sdp: sdp.replace("a=ice-ufrag:", "a=ice-ufrag:\x85\u2028"),
}


@pytest.mark.parametrize("name", BAD_OFFERS)
def test_bad_offers_end_the_call(engine: EngineDriver, name: str) -> None:
    sdp = BAD_OFFERS[name](_offer(engine))
    call = calls.new_call()
    engine.send(messages.StartCall(call, Mode.VIDEO, Role.ANSWERER, Exchange.CLASSICAL))
    engine.send(messages.RemoteDescription(call, DescriptionKind.OFFER, sdp))

    failed = engine.wait(messages.CallFailed)
    assert failed == messages.CallFailed(call, CallFailure.BAD_DESCRIPTION)


def test_thousands_of_candidates_harm_nothing(engine: EngineDriver) -> None:
    line = "candidate:1 1 udp 2130706431 10.{}.{}.1 {} typ host"
    call = calls.new_call()
    engine.send(messages.StartCall(call, Mode.TEXT, Role.ANSWERER, Exchange.CLASSICAL))
    for number in range(2_000):
        candidate = line.format(number % 256, number // 256, 1024 + number)
        engine.send(messages.RemoteCandidate(call, candidate))
    for candidate in ("", "candidate:", "x" * 5_000, "candidate:1 9 tcp -1 a b typ c", ""):
        engine.send(messages.RemoteCandidate(call, candidate))
    engine.send(messages.EndCall(call))
    engine.send(messages.Ping(5))
    assert engine.wait(messages.Pong).number == 5


def test_commands_for_calls_that_are_unknown_are_ignored(engine: EngineDriver) -> None:
    engine.send(messages.EndCall("nobody"))
    engine.send(messages.SendText("nobody", 1, "hello"))
    engine.send(messages.RemoteDescription("nobody", DescriptionKind.OFFER, "v=0"))
    engine.send(messages.RemoteCandidate("nobody", "candidate:"))
    engine.send(messages.ReleasePicture(Stream.SELF, 77))
    engine.send(messages.Ping(6))
    assert engine.wait(messages.Pong).number == 6
