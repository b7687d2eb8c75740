"""Cures for sending: our own encoders behind aiortc's senders, and bounded repairs."""

import time
from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpSender
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtcpSrPacket

from desktop_app.core import TokenBucket
from desktop_app.engine.rtc.redundancy import RedundantPacker
from desktop_app.engine.rtc.tracks import PacketTrack

SENT_KEPT = 512
"""Packets kept to be sent again; aiortc's 128 are a third of a second at 4 Mbit/s."""
REPAIRS_PER_S = 300.0
REPAIRS_BURST = 300
"""Packets sent again; more than a path that loses half of a call's pictures can use."""
REDUNDANT = RTCRtpCodecParameters(
    mimeType="audio/red", clockRate=48_000, channels=2, payloadType=63
)
"""With the number that browsers use: aiortc follows only numbers from 96 on."""
RATES = {"audio": 48_000, "video": 90_000}
"""Of timestamps, in Hz."""


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


def on_key_frame_request(sender: RTCRtpSender, ask: Callable[[], None]) -> None:
    """Bring PLI and FIR to our own encoder; aiortc's flag reaches its own only."""
    sender._send_keyframe = ask  # type: ignore[method-assign]  # the cure itself


def bound_repairs(sender: RTCRtpSender, has_room: Callable[[], bool] = lambda: True) -> None:
    """Send lost packets again within REPAIRS_PER_S; aiortc sends all that a stranger asks for.

    One NACK of a datagram's length names 5,000 packets, which would hold the loop for a second.
    has_room is asked for each of them whether the path can take it.
    """
    allowance = TokenBucket(REPAIRS_PER_S, REPAIRS_BURST, time.monotonic)
    send_again = sender._retransmit

    async def send_again_within(sequence_number: int) -> None:
        if allowance.take() and has_room():
            await send_again(sequence_number)

    sender._retransmit = send_again_within  # type: ignore[method-assign]  # the cure itself


def report_captures(sender: RTCRtpSender, track: PacketTrack) -> None:
    """Let sender reports tell when things were captured; aiortc's tell when they were sent."""
    send = sender._send_rtcp

    async def send_corrected(packets: list[Any]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                info = packet.sender_info
                age_s = track.age_s(info.ntp_timestamp)
                later = info.rtp_timestamp + round(age_s * RATES[track.kind])
                info.rtp_timestamp = later & 0xFFFF_FFFF
        await send(packets)

    sender._send_rtcp = send_corrected  # type: ignore[method-assign]  # the cure itself
