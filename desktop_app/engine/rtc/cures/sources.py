"""Cures for what a receiver knows of the sources it hears: counted rightly, repairs apart."""

from typing import Any

import aiortc.rtcrtpreceiver
from aiortc import RTCRtpReceiver
from aiortc.codecs import is_rtx
from aiortc.rtcrtpreceiver import StreamStatistics

TIMESTAMPS = 1 << 32
HALF = TIMESTAMPS // 2


class _Counts(StreamStatistics):
    """What is counted of one source."""

    def add(self, packet: Any) -> None:
        if self._last_timestamp is not None:
            # As near to the new one as it can be (RFC 3550, appendix A.8).
            behind = (packet.timestamp - self._last_timestamp + HALF) % TIMESTAMPS - HALF
            self._last_timestamp = packet.timestamp - behind
        super().add(packet)


def count_in_32_bits() -> None:
    """Let timestamps begin anew without counting as jitter, once in the process.

    aiortc subtracts them as they are, which makes 2^28 of jitter whenever 32 bits are full.
    """
    vars(aiortc.rtcrtpreceiver)["StreamStatistics"] = _Counts


def streams_of(receiver: RTCRtpReceiver) -> dict[int, StreamStatistics]:
    """Return what is counted of each source, the newest last, without those of repairs.

    In aiortc's report all sources of a receiver have one name, and only the last one stands.
    """
    private: Any = receiver
    streams: dict[int, StreamStatistics] = private._RTCRtpReceiver__remote_streams
    repairs = private._RTCRtpReceiver__rtx_ssrc
    return {ssrc: stream for ssrc, stream in streams.items() if ssrc not in repairs}


def take_unnamed_repairs(receiver: RTCRtpReceiver) -> None:
    """Take repairs whose source no description has named for those of the source heard last.

    aiortc drops them unless a section names exactly two sources; an offer of several sizes at
    once (RFC 8853) names none. Call it before deliver_to, which bounds the sources.
    """
    private: Any = receiver
    handle = receiver._handle_rtp_packet

    async def handle_known(packet: Any, arrival_time_ms: int) -> None:
        codec = private._RTCRtpReceiver__codecs.get(packet.payload_type)
        repaired: dict[int, int] = private._RTCRtpReceiver__rtx_ssrc
        if codec is not None and is_rtx(codec) and packet.ssrc not in repaired:
            heard = list(streams_of(receiver))
            if not heard:
                return
            repaired[packet.ssrc] = heard[-1]
        await handle(packet, arrival_time_ms)

    private._handle_rtp_packet = handle_known
