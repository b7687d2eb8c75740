"""What is counted of what came: by real receivers, of packets and of repairs of them."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiortc import RTCRtpTransceiver
from aiortc.codecs import is_rtx
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtpPacket, wrap_rtx

from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc import cures
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.cures.receiving import SOURCES_MAX
from desktop_app.engine.rtc.receiving import VideoSink
from desktop_app.engine.rtc.reception import Reception
from signaling_server.protocol.messages import Mode

PICTURE, REPAIRS, VOICE = 1, 2, 3
"""Sources."""
STEPS = {"audio": 960, "video": 3_000}
"""Of timestamps."""


class Receiving:
    """One kind of what a connection receives. passed are the numbers of what was put together."""

    def __init__(self, transceiver: RTCRtpTransceiver) -> None:
        self.kind = transceiver.kind
        self._receiver: Any = transceiver.receiver
        self._codec = transceiver._codecs[0]
        repairing = [c for c in transceiver._codecs if is_rtx(c)]
        self._repairs_type = next(
            (c.payloadType for c in repairing if c.parameters["apt"] == self._codec.payloadType), 0
        )
        self._codecs = transceiver._codecs
        self.passed: list[tuple[int, int]] = []

    async def begin(self) -> None:
        lips = LipSync(time.monotonic)
        cures.take_unnamed_repairs(self._receiver)
        if self.kind == "audio":
            cures.deliver_to(self._receiver, VoiceStream(time.monotonic, lips))
        else:
            sink = VideoSink(lambda _picture: None, lambda: None, lips.pictures)
            cures.deliver_to(self._receiver, sink)
        buffer = self._receiver._RTCRtpReceiver__jitter_buffer
        add = buffer.add

        def note_and_add(packet: Any) -> Any:
            self.passed.append((packet.ssrc, packet.sequence_number))
            return add(packet)

        buffer.add = note_and_add
        self._receiver._track = RemoteStreamTrack(self.kind)
        await self._receiver.receive(RTCRtpReceiveParameters(codecs=self._codecs))

    def packet(self, source: int, number: int, timestamp: int | None = None) -> RtpPacket:
        timestamp = number * STEPS[self.kind] if timestamp is None else timestamp
        return RtpPacket(self._codec.payloadType, 0, number, timestamp, source, b"\x41payload")

    async def take(self, packet: RtpPacket) -> None:
        await self._receiver._handle_rtp_packet(packet, arrival_time_ms=0)

    async def take_again(self, packet: RtpPacket, number: int, source: int = REPAIRS) -> None:
        """Take a packet that is sent once more."""
        await self.take(wrap_rtx(packet, self._repairs_type, number, source))


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    cures.install()
    connection = Connection(kinds_of(Mode.VIDEO), [])
    await connection.make_offer()
    yield connection
    await connection.close()


async def receiving(connection: Connection) -> tuple[Receiving, Receiving]:
    """Return the voice and the picture."""
    voice, picture = [Receiving(transceiver) for transceiver in connection.peer.getTransceivers()]
    for one in (voice, picture):
        await one.begin()
    return voice, picture


async def test_repairs_are_neither_counted_as_what_came_nor_in_place_of_it(
    connection: Connection,
) -> None:
    voice, picture = await receiving(connection)
    for number in (0, 1, 2, 4, 5):
        await picture.take(picture.packet(PICTURE, number))
    for number in (0, 1, 2, 3, 6):
        await voice.take(voice.packet(VOICE, number))
    for number in range(50):
        await picture.take_again(picture.packet(PICTURE, 5), number)
    reception = Reception.of(connection.peer.getTransceivers())
    assert (reception.packets, reception.lost) == (10, 3)


async def test_timestamps_that_begin_anew_are_no_jitter(connection: Connection) -> None:
    voice, picture = await receiving(connection)
    for one, source in ((voice, VOICE), (picture, PICTURE)):
        for number in range(20):
            # Backwards too, as pictures may be sent, and beyond 32 bits.
            step = number + (1 if number % 2 else -1)
            timestamp = (step - 10) * STEPS[one.kind] & 0xFFFF_FFFF
            await one.take(one.packet(source, number, timestamp))
    for transceiver in connection.peer.getTransceivers():
        (stream,) = cures.streams_of(transceiver.receiver).values()
        assert stream.jitter < 10 * STEPS[transceiver.kind]


async def test_the_jitter_is_that_of_the_voice_where_there_is_one(connection: Connection) -> None:
    voice, picture = await receiving(connection)
    assert Reception.of(connection.peer.getTransceivers()).jitter_ms is None
    for number in range(5):
        await picture.take(picture.packet(PICTURE, number, number * 90_000))
    (of_picture,) = cures.streams_of(connection.peer.getTransceivers()[1].receiver).values()
    jitter_ms = Reception.of(connection.peer.getTransceivers()).jitter_ms
    assert jitter_ms == of_picture.jitter / 90
    for number in range(5):
        await voice.take(voice.packet(VOICE, number, number * 96_000))
    (of_voice,) = cures.streams_of(connection.peer.getTransceivers()[0].receiver).values()
    jitter_ms = Reception.of(connection.peer.getTransceivers()).jitter_ms
    assert jitter_ms == of_voice.jitter / 48
    assert of_voice.jitter / 48 != of_picture.jitter / 90


async def test_repairs_are_taken_of_a_source_that_no_description_has_named(
    connection: Connection,
) -> None:
    _, picture = await receiving(connection)
    missing = picture.packet(PICTURE, 1)
    # There is nothing yet that it could repair.
    await picture.take_again(missing, 0)
    for number in (0, 2):
        await picture.take(picture.packet(PICTURE, number))
    await picture.take_again(missing, 1)
    assert picture.passed == [(PICTURE, 0), (PICTURE, 2), (PICTURE, 1)]

    # The stranger's encoder has begun anew, with other sources.
    await picture.take(picture.packet(11, 7))
    await picture.take_again(picture.packet(11, 8), 0, source=12)
    assert picture.passed[3:] == [(11, 7), (11, 8)]


async def test_sources_of_repairs_are_bounded(connection: Connection) -> None:
    _, picture = await receiving(connection)
    await picture.take(picture.packet(PICTURE, 0))
    for source in range(100, 200):
        await picture.take_again(picture.packet(PICTURE, 1), 0, source)
    receiver: Any = connection.peer.getTransceivers()[1].receiver
    assert len(receiver._RTCRtpReceiver__rtx_ssrc) < SOURCES_MAX
