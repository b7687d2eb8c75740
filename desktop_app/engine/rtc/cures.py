"""Everything that touches private names of aiortc and aioice; the versions are pinned.

Each cure says what it mends. tests/desktop_app/engine/rtc/test_cures.py fails in words when an
internal that one of them uses has changed.
"""

import asyncio
import queue
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
from aioice import ice as aioice_ice
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
from aiortc.codecs import CODECS
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcicetransport import RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcsctptransport import RTCSctpTransport

from desktop_app.engine.playback.voice_stream import VoicePacket, VoiceStream
from desktop_app.engine.rtc.conversation import Allowance
from desktop_app.engine.rtc.picture_assembly import PictureAssembly, Piece
from desktop_app.engine.rtc.receiving import BACKLOG_MAX, Sink, decode_until_told
from desktop_app.engine.rtc.redundancy import RedundantPacker, unpack
from signaling_server.protocol.channel import CHANNEL_ID, CHANNEL_MESSAGE_MAX_BYTES

CHECK_EVERY_S = 0.005
"""Between the first checks of two pairs of addresses; the least of RFC 8445, section 14.2."""
ARRIVED_MAX = 2_000
"""Datagrams that may wait for the loop; aioice's own queue has no bound."""
SOURCES_MAX = 8
"""Synchronisation sources of one receiver; aiortc keeps a record of each for ever."""
SENT_KEPT = 512
"""Packets kept to be sent again; aiortc's 128 are a third of a second at 4 Mbit/s."""
REPAIRS_PER_S = 300.0
REPAIRS_BURST = 300
"""Packets sent again; more than a path that loses half of a call's pictures can use."""
UNREAD_BYTES_MAX = 4 * CHANNEL_MESSAGE_MAX_BYTES
UNORDERED_CHUNKS_MAX = 1_024
REDUNDANT = RTCRtpCodecParameters(
    mimeType="audio/red", clockRate=48_000, channels=2, payloadType=63
)
"""With the number that browsers use: aiortc follows only numbers from 96 on."""
STRING_PROTOCOLS = (51, 56)
"""SCTP payload types of a text and of the empty text (RFC 8831, section 8)."""


def install() -> None:
    """Replace aiortc's decoder thread by ours and keep more of what was sent, once in the process."""
    if REDUNDANT not in CODECS["audio"]:
        CODECS["audio"].append(REDUNDANT)
    aiortc.rtcrtpreceiver.decoder_worker = decode_until_told  # type: ignore[assignment]  # a Sink in place of a queue
    vars(aiortc.rtcrtpsender)["RTP_HISTORY_SIZE"] = SENT_KEPT


def send_redundantly(sender: RTCRtpSender) -> None:
    """Repeat each packet of sound in the next one, where the other side takes that."""
    private: Any = sender
    send = sender.send

    async def send_with_redundancy(parameters: Any) -> None:
        types = {codec.mimeType: codec for codec in parameters.codecs}
        opus, redundant = types.get("audio/opus"), types.get(REDUNDANT.mimeType)
        if opus is not None and redundant is not None:
            private._RTCRtpSender__encoder = RedundantPacker(opus.payloadType)
            parameters.codecs = [redundant, *parameters.codecs]
        await send(parameters)

    private.send = send_with_redundancy


def local_addresses() -> tuple[str, ...]:
    """Return the addresses that gathering would use now."""
    return tuple(sorted(aioice_ice.get_host_addresses(use_ipv4=True, use_ipv6=True)))


def ice_transport(connection: RTCPeerConnection) -> RTCIceTransport:
    """Return the one transport of a bundled connection."""
    transceivers = connection.getTransceivers()
    if transceivers:
        return transceivers[0].receiver.transport.transport
    assert connection.sctp is not None
    return connection.sctp.transport.transport


def gather_within(connection: RTCPeerConnection, timeout_s: float) -> None:
    """Go on without the STUN and TURN servers that have not answered by then; aioice waits 5 s."""
    ice: Any = ice_transport(connection)._connection
    ice.get_component_candidates = partial(ice.get_component_candidates, timeout=timeout_s)


def be_controlled(connection: RTCPeerConnection) -> None:
    """Give up the controlling role that our own offer took: in a pair only one may have it."""
    ice_transport(connection)._connection.ice_controlling = False


def complete_at_once(connection: RTCPeerConnection) -> None:
    """Let ICE end when its check is answered; aioice looks for that every 20 ms only.

    Its connect() starts checks until there are no more, and then waits for the outcome itself.
    So it is told that there are none, once there is a pair, and they are started beside it.
    """
    ice: Any = ice_transport(connection)._connection
    check_next = ice._check_periodic
    loop = asyncio.get_running_loop()

    def check_on() -> None:
        if check_next():
            loop.call_later(CHECK_EVERY_S, check_on)

    def check_beside() -> bool:
        if not ice._check_list:
            return bool(check_next())
        check_on()
        return False

    ice._check_periodic = check_beside


def watch_traffic(
    connection: RTCPeerConnection,
    on_received: Callable[[int], None],
    on_sent: Callable[[int], None],
) -> None:
    """Report the size of every datagram, checks of ICE included, and bound what waits."""
    transport: Any = ice_transport(connection)
    ice: Any = transport._connection
    data_received, request_received, send = ice.data_received, ice.request_received, transport._send

    def receive(data: bytes, component: int) -> None:
        on_received(len(data))
        if ice._queue.qsize() < ARRIVED_MAX:
            data_received(data, component)

    def receive_request(*request: Any) -> None:
        on_received(0)
        request_received(*request)

    async def count_and_send(data: bytes) -> None:
        on_sent(len(data))
        await send(data)

    ice.data_received = receive
    ice.request_received = receive_request
    transport._send = count_and_send


def is_direct(connection: RTCPeerConnection) -> bool | None:
    """Return whether packets go without a relay; None while no pair is chosen."""
    pair = ice_transport(connection)._connection._nominated.get(1)
    if pair is None:
        return None
    return "relay" not in (pair.local_candidate.type, pair.remote_candidate.type)


def on_key_frame_request(sender: RTCRtpSender, ask: Callable[[], None]) -> None:
    """Bring PLI and FIR to our own encoder; aiortc's flag reaches its own only."""
    sender._send_keyframe = ask  # type: ignore[method-assign]  # the cure itself


def bound_repairs(sender: RTCRtpSender) -> None:
    """Send lost packets again within REPAIRS_PER_S; aiortc sends all that a stranger asks for.

    One NACK of a datagram's length names 5,000 packets, which would hold the loop for a second.
    """
    allowance = Allowance(REPAIRS_PER_S, REPAIRS_BURST, time.monotonic)
    send_again = sender._retransmit

    async def send_again_within(sequence_number: int) -> None:
        if allowance.take():
            await send_again(sequence_number)

    sender._retransmit = send_again_within  # type: ignore[method-assign]  # the cure itself


class _BoundedQueue(queue.Queue[Any]):
    """Between the loop and a decoder's thread: full means dropped; the end always gets in."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is None or self.qsize() <= 2 * BACKLOG_MAX:
            super().put(item, block, timeout)


class _Asking:
    """Stands in for aiortc's generator of NACKs, which asks once only."""

    def __init__(self, assembly: PictureAssembly) -> None:
        self._assembly = assembly
        self.missing: list[int] = []

    def add(self, packet: Any) -> bool:
        self.missing = self._assembly.note(packet.sequence_number)
        return bool(self.missing)


class _WholePictures:
    """Stands in for aiortc's jitter buffer, which gives out a picture when the next one begins.

    It can also give out one picture at a time only: these go to the decoder's queue directly.
    """

    def __init__(
        self, assembly: PictureAssembly, codecs: dict[int, Any], frames: queue.Queue[Any]
    ) -> None:
        self._assembly = assembly
        self._codecs = codecs
        self._frames = frames

    def add(self, packet: Any) -> tuple[bool, None]:
        codec = self._codecs[packet.payload_type]
        piece = Piece(codec, packet.timestamp, bool(packet.marker), packet._data)
        for picture in self._assembly.add(packet.sequence_number, piece):
            self._frames.put((picture.codec, JitterFrame(picture.data, picture.timestamp)))
        if self._frames.qsize() > BACKLOG_MAX:
            self._assembly.lose()
        return self._assembly.wants_key_frame(), None


class _VoicePackets:
    """Stands in for aiortc's jitter buffer, which holds 80 ms back.

    One lost packet gives 320 ms of silence there, and 200 ms of delay for ever.
    """

    def __init__(self, voice: VoiceStream, codecs: dict[int, Any]) -> None:
        self._voice = voice
        self._codecs = codecs

    def add(self, packet: Any) -> tuple[bool, None]:
        place = (packet.sequence_number, packet.timestamp, packet._data)
        redundant = self._codecs[packet.payload_type].mimeType == REDUNDANT.mimeType
        for voice in unpack(*place) if redundant else (VoicePacket(*place),):
            self._voice.take(voice)
        return False, None


def deliver_to(receiver: RTCRtpReceiver, sink: Sink) -> None:
    """Give what a receiver gets to sink, and bound everything on the way.

    Call it before the remote description is applied: aiortc makes the track then.
    """
    private: Any = receiver
    frames = private._RTCRtpReceiver__decoder_queue = _BoundedQueue()
    if isinstance(sink, VoiceStream):
        private._RTCRtpReceiver__jitter_buffer = _VoicePackets(
            sink, private._RTCRtpReceiver__codecs
        )
    else:
        assembly = PictureAssembly(time.monotonic)
        codecs = private._RTCRtpReceiver__codecs
        private._RTCRtpReceiver__nack_generator = _Asking(assembly)
        private._RTCRtpReceiver__jitter_buffer = _WholePictures(assembly, codecs, frames)
    handle, receive = receiver._handle_rtp_packet, receiver.receive
    sources: set[int] = set()

    async def handle_known(packet: Any, arrival_time_ms: int) -> None:
        if packet.ssrc not in sources:
            if len(sources) == SOURCES_MAX:
                return
            sources.add(packet.ssrc)
        await handle(packet, arrival_time_ms)

    async def receive_into_sink(parameters: Any) -> None:
        private._track._queue = sink
        await receive(parameters)

    private._handle_rtp_packet = handle_known
    private.receive = receive_into_sink


def receive_text(
    sctp: RTCSctpTransport, on_text: Callable[[bytes], None], on_hostile: Callable[[], None]
) -> None:
    """Take the messages of the one channel; anything else a stranger sends is hostile.

    aiortc reassembles messages without a bound, opens channels for whoever asks, and ends its
    receiving task on bad UTF-8.
    """
    receive_chunk = sctp._receive_data_chunk
    window = sctp._advertised_rwnd
    ended = False

    def refuse() -> None:
        nonlocal ended
        if not ended:
            ended = True
            on_hostile()

    async def receive_chunk_within_limits(chunk: Any) -> None:
        if ended:
            return
        unread = window - sctp._advertised_rwnd
        if (
            chunk.stream_id != CHANNEL_ID
            or chunk.protocol not in STRING_PROTOCOLS
            or unread > UNREAD_BYTES_MAX
            or len(sctp._sack_misordered) > UNORDERED_CHUNKS_MAX
        ):
            refuse()
            return
        await receive_chunk(chunk)

    async def receive_message(_stream_id: int, _protocol: int, data: bytes) -> None:
        if not ended:
            on_text(data)

    private: Any = sctp
    private._receive_data_chunk = receive_chunk_within_limits
    private._receive = receive_message


def codec_of(connection: RTCPeerConnection, kind: str) -> str:
    """Return the name of the codec that was agreed on for sending, "" before that."""
    for transceiver in connection.getTransceivers():
        if transceiver.kind == kind and transceiver._codecs:
            return str(transceiver._codecs[0].name)
    return ""


def receive_own_numbers(connection: RTCPeerConnection) -> Callable[[], None]:
    """Remember the payload types of our offer, and return what makes them valid for receiving.

    In a paired exchange each side sends by the numbers of the other's offer (RFC 3264, section
    5.1); aiortc takes one list for both directions.
    """
    offered = [(t, list(t._codecs)) for t in connection.getTransceivers()]

    def apply() -> None:
        for transceiver, codecs in offered:
            receive: Any = transceiver.receiver.receive
            private: Any = transceiver.receiver

            async def receive_both(
                parameters: Any, receive: Any = receive, codecs: Any = codecs
            ) -> None:
                own = {codec.payloadType for codec in codecs}
                others = [c for c in parameters.codecs if c.payloadType not in own]
                parameters.codecs = [*codecs, *others]
                await receive(parameters)

            private.receive = receive_both

    return apply
