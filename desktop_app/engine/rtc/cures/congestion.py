"""Cures for the missing half of rate control: every packet is numbered, paced and told of."""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, clock
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpHeaderExtensionParameters
from aiortc.rtp import (
    RTCP_PSFB_APP,
    HeaderExtensionsMap,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    is_rtcp,
    pack_remb_fci,
    unpack_remb_fci,
)

from desktop_app.engine.rtc import transport_feedback

EXTENSION_ID = 5
"""aiortc's own extensions have 1 to 4; numbers are shared by all sections of a bundle."""


class Outgoing(Protocol):
    """What the senders of one transport ask and tell."""

    def next_number(self) -> int: ...

    def sent(self, kind: str, size: int, *, repaired: bool) -> float:
        """Note bytes that go out now, and return how many seconds to wait before the next."""


def offer_feedback() -> None:
    """Have every description name the numbers and the feedback, once in the process."""
    for kind in ("audio", "video"):
        if all(known.uri != transport_feedback.URI for known in HEADER_EXTENSIONS[kind]):
            HEADER_EXTENSIONS[kind].append(
                RTCRtpHeaderExtensionParameters(id=EXTENSION_ID, uri=transport_feedback.URI)
            )
    for codec in (codec for kind in ("audio", "video") for codec in CODECS[kind]):
        feedback = RTCRtcpFeedback(type="transport-cc")
        is_picture = codec.mimeType in ("video/H264", "video/VP8")
        if (is_picture or codec.mimeType == "audio/opus") and feedback not in codec.rtcpFeedback:
            codec.rtcpFeedback.append(feedback)


def number_packets(sender: RTCRtpSender, outgoing: Outgoing) -> None:
    """Number what a sender sends, tell of it, and pace its picture.

    Call it before the connection is described.
    """
    private: Any = sender
    send = sender.send

    async def send_numbered(parameters: Any) -> None:
        extensions = _NumberedExtensions(outgoing)
        private._RTCRtpSender__rtp_header_extensions_map = extensions
        private._RTCRtpSender__transport = _PacedTransport(sender, outgoing)
        await send(parameters)

    private.send = send_numbered


class _NumberedExtensions(HeaderExtensionsMap):
    """Gives each packet its number, and the time, at the moment when it is written."""

    def __init__(self, outgoing: Outgoing) -> None:
        super().__init__()
        self._outgoing = outgoing
        self._numbers = False

    def configure(self, parameters: Any) -> None:
        super().configure(parameters)
        uris = [extension.uri for extension in parameters.headerExtensions]
        self._numbers = transport_feedback.URI in uris

    def set(self, values: Any) -> tuple[int, bytes]:
        if self._numbers:
            values.transport_sequence_number = self._outgoing.next_number()
        if values.abs_send_time is not None:
            values.abs_send_time = (clock.current_ntp_time() >> 14) & 0x00FFFFFF
        return super().set(values)


class _PacedTransport:
    """Stands in for a sender's transport: what was written goes out at once, then it waits.

    Repairs go out from another task, which reads what comes and must not wait.
    """

    def __init__(self, sender: RTCRtpSender, outgoing: Outgoing) -> None:
        self._sender: Any = sender
        self._transport: Any = sender.transport
        self._outgoing = outgoing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    async def _send_rtp(self, data: bytes) -> None:
        pause_s = 0.0
        if not is_rtcp(data):
            is_own_task = asyncio.current_task() is self._sender._RTCRtpSender__rtp_task
            needed_s = self._outgoing.sent(self._sender.kind, len(data), repaired=not is_own_task)
            pause_s = needed_s if is_own_task else 0.0
        await self._transport._send_rtp(data)
        if pause_s:
            await asyncio.sleep(pause_s)


def watch_reports(
    sender: RTCRtpSender,
    on_report: Callable[[float, float | None], None],
    on_limit: Callable[[int], None],
) -> None:
    """Tell of each report on a sender: the lost share of 1 and the round trip in s; and of REMB."""
    private: Any = sender
    handle = sender._handle_rtcp_packet

    async def handle_and_tell(packet: Any) -> None:
        await handle(packet)
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:
                    on_report(report.fraction_lost / 256, private._RTCRtpSender__rtt)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            try:
                limit_bps, sources = unpack_remb_fci(packet.fci)
            except (ValueError, IndexError, struct.error):
                return
            if sender._ssrc in sources:
                on_limit(limit_bps)

    private._handle_rtcp_packet = handle_and_tell


def take_feedback(
    connection: RTCPeerConnection, take: Callable[[transport_feedback.Feedback], None]
) -> None:
    """Read feedback about our packets; aiortc would take it for a list of lost ones."""
    transport: Any = connection.getTransceivers()[0].receiver.transport
    handle = transport._handle_rtcp_data

    async def handle_the_rest(data: bytes) -> None:
        rest = b""
        for packet in _split(data):
            if packet[0] & 0x1F == transport_feedback.FORMAT and (
                packet[1] == transport_feedback.PACKET_TYPE
            ):
                _read(packet, take)
            else:
                rest += packet
        if rest:
            await handle(rest)

    transport._handle_rtcp_data = handle_the_rest


def _split(data: bytes) -> Iterator[bytes]:
    """Yield the packets of a compound one; a broken rest is left out."""
    while len(data) >= 4:
        size = 4 + int.from_bytes(data[2:4], "big") * 4
        if size > len(data):
            return
        yield data[:size]
        data = data[size:]


def _read(packet: bytes, take: Callable[[transport_feedback.Feedback], None]) -> None:
    try:
        feedback = transport_feedback.read(packet[12:])
    except transport_feedback.BadFeedback:
        return
    take(feedback)


def watch_arrivals(
    receiver: RTCRtpReceiver,
    on_packet: Callable[[Any, int], Awaitable[None]],
) -> None:
    """Tell of each packet and its size with headers; aiortc's own estimate is switched off."""
    private: Any = receiver
    private._RTCRtpReceiver__remote_bitrate_estimator = None
    handle = receiver._handle_rtp_packet

    async def tell_and_handle(packet: Any, arrival_time_ms: int) -> None:
        await on_packet(packet, len(packet.payload) + packet.padding_size)
        await handle(packet, arrival_time_ms)

    private._handle_rtp_packet = tell_and_handle


def feedback_sender(receiver: RTCRtpReceiver) -> int | None:
    """Return the source that a receiver reports as; None while nothing is sent."""
    private: Any = receiver
    source: int | None = private._RTCRtpReceiver__rtcp_ssrc
    return source


async def send_rtcp(receiver: RTCRtpReceiver, packet: bytes) -> None:
    """Send an RTCP packet that is written already."""
    private: Any = receiver
    await private._send_rtcp(packet)


async def send_limit(receiver: RTCRtpReceiver, limit_bps: int, sources: list[int]) -> None:
    """Ask the other side not to send more than this (REMB)."""
    own = feedback_sender(receiver)
    if own is not None:
        fci = pack_remb_fci(limit_bps, sources)
        await receiver._send_rtcp(
            RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=own, media_ssrc=0, fci=fci)
        )
