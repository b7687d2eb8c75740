"""Cures for receiving: our own buffers and decoders behind aiortc's receivers."""

import queue
import time
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtcpByePacket, RtcpSrPacket

from desktop_app.engine.playback.voice_stream import VoicePacket, VoiceStream
from desktop_app.engine.rtc.cures.sending import REDUNDANT
from desktop_app.engine.rtc.picture_assembly import PictureAssembly, Piece
from desktop_app.engine.rtc.receiving import BACKLOG_MAX, Sink
from desktop_app.engine.rtc.redundancy import unpack

SOURCES_MAX = 8
"""Synchronisation sources of one receiver; aiortc keeps a record of each for ever."""


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

    take_rtcp = receiver._handle_rtcp_packet

    async def take_report(packet: Any) -> None:
        if isinstance(packet, RtcpByePacket):
            # aiortc would end its decoder for good, and wait for that; pictures may come again.
            return
        again = private._RTCRtpReceiver__rtx_ssrc
        if isinstance(packet, RtcpSrPacket) and packet.ssrc in sources - again.keys():
            info = packet.sender_info
            sink.sender_clock.take_report(info.ntp_timestamp, info.rtp_timestamp)
        await take_rtcp(packet)

    private._handle_rtp_packet = handle_known
    private._handle_rtcp_packet = take_report
    private.receive = receive_into_sink
