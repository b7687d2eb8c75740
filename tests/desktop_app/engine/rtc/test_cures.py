"""The private names of aiortc and aioice that the cures use, each said in words.

When one of these fails after an update, read the cure of the same name in rtc/cures/. Those of the
data channel are in test_data_cures.py.
"""

import asyncio
import inspect
import time
from typing import Any

import aiortc.clock
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import aiortc.rtp
import av
import pytest
from aioice import ice as aioice_ice
from aioice import stun
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCSessionDescription
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpSendParameters
from aiortc.rtp import (
    RTCP_RTPFB_NACK,
    RtcpPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)

from desktop_app.engine.rtc import cures, transport_feedback
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.redundancy import RedundantPacker
from signaling_server.protocol.messages import Mode
from tests.desktop_app.engine.scarcity import no_more_files

HOUR_S = 3_600


async def test_the_transport_of_a_bundle_is_reached() -> None:
    for mode in Mode:
        connection = Connection(kinds_of(mode), [])
        ice = cures.ice_transport(connection.peer)._connection
        assert isinstance(ice, aioice_ice.Connection), "RTCIceTransport._connection has changed"
        await connection.close()


def test_the_time_for_gathering_can_be_set() -> None:
    method = aioice_ice.Connection.get_component_candidates
    assert "timeout" in inspect.signature(method).parameters, "gathering takes no timeout"
    source = inspect.getsource(aioice_ice.Connection.gather_candidates)
    assert "self.get_component_candidates(" in source, "candidates are gathered otherwise"


async def test_the_context_of_a_handshake_is_made_before_there_is_a_stranger() -> None:
    source = inspect.getsource(RTCDtlsTransport.start)
    assert "self.__local_certificate._create_ssl_context(" in source, "contexts are made otherwise"
    one, other = Connection(kinds_of(Mode.TEXT), []), Connection(kinds_of(Mode.TEXT), [])
    offer = await one.make_offer()
    one.prepare_handshake()
    dtls: Any = one.peer.sctp.transport if one.peer.sctp is not None else None
    certificate = dtls._RTCDtlsTransport__local_certificate
    made = certificate._create_ssl_context(srtp_profiles=dtls._srtp_profiles)
    assert certificate._create_ssl_context(srtp_profiles=dtls._srtp_profiles) is made
    connected = asyncio.Event()
    one.peer.on(
        "connectionstatechange",
        lambda: connected.set() if one.peer.connectionState == "connected" else None,
    )
    await one.take_answer(await other.make_answer(offer), controlled=False)
    await asyncio.wait_for(connected.wait(), 10)
    assert dtls._ssl.get_context() is made, "a handshake uses another context"
    await one.close()
    await other.close()


async def test_the_controlling_role_can_be_given_up() -> None:
    connection = Connection(kinds_of(Mode.TEXT), [])
    await connection.make_offer()
    ice = cures.ice_transport(connection.peer)._connection
    assert ice.ice_controlling, "an offer no longer takes the controlling role"
    cures.be_controlled(connection.peer)
    assert cures.ice_transport(connection.peer).role == "controlled"
    await connection.close()


async def test_a_check_through_a_closed_socket_ends() -> None:
    cures.leave_closed_sockets()
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: failures.append(context["message"]))
    connection = Connection(kinds_of(Mode.TEXT), [])
    await connection.make_offer()
    protocol, *_ = cures.ice_transport(connection.peer)._connection._protocols
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    nobody = (protocol.local_candidate.host, 9)
    asking = asyncio.create_task(protocol.request(request, nobody, retransmissions=1))
    await asyncio.sleep(0)
    await protocol.close()
    with pytest.raises(stun.TransactionTimeout):
        async with asyncio.timeout(30):
            await asking
    assert not failures, "aioice sends its checks otherwise"
    await connection.close()


def test_checks_can_be_started_beside_the_wait_for_their_outcome() -> None:
    source = inspect.getsource(aioice_ice.Connection.connect)
    assert "if not self._check_periodic():\n                break\n" in source, (
        "connect() starts its checks otherwise"
    )
    assert "await self._check_list_state.get()" in source, "connect() waits otherwise"
    for name in ("_check_list", "_check_list_done"):
        assert f"self.{name}" in inspect.getsource(aioice_ice.Connection), f"no {name} in aioice"


async def test_ice_ends_when_its_check_is_answered_and_not_a_slot_later() -> None:
    one, other = Connection(kinds_of(Mode.TEXT), []), Connection(kinds_of(Mode.TEXT), [])
    answer = await other.make_answer(await one.make_offer())
    await one.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    for connection in (one, other):
        ice = cures.ice_transport(connection.peer)
        checks = ice._connection
        async with asyncio.timeout(10):
            while not checks._check_list_done:  # noqa: ASYNC110 (turns of the loop are counted)
                await asyncio.sleep(0)
            for _ in range(5):
                await asyncio.sleep(0)
        assert ice.state == "completed", "ICE waited on after the answer"
    for connection in (one, other):
        await connection.close()


async def test_traffic_passes_where_it_is_watched() -> None:
    connection = Connection(kinds_of(Mode.TEXT), [])
    transport = cures.ice_transport(connection.peer)
    for name in ("data_received", "request_received", "_nominated"):
        assert hasattr(transport._connection, name), f"aioice's Connection has no {name}"
    dtls = inspect.getsource(RTCDtlsTransport)
    assert "self.transport._send(" in dtls, "DTLS no longer sends by RTCIceTransport._send"
    protocol = inspect.getsource(aioice_ice.StunProtocol)
    assert "self.receiver.data_received(data, self.local_candidate.component)" in protocol, (
        "datagrams take another way"
    )
    assert "self.receiver.request_received(" in protocol, "checks take another way"
    await connection.close()


def test_what_has_been_checked_is_known_where_strays_are_dropped() -> None:
    source = inspect.getsource(aioice_ice.Connection)
    for use in (
        "self._early_checks.append((message, addr, protocol))",
        "c._network_host == addr[0] and c.port == addr[1]",
        "self._remote_candidates.append(remote_candidate)",
        "self._nominated[pair.component] = pair",
        "self._queue.put_nowait((data, component))",
    ):
        assert use in source, f"aioice's Connection no longer has: {use}"


def test_the_decoder_thread_can_be_replaced() -> None:
    source = inspect.getsource(RTCRtpReceiver.receive)
    assert "target=decoder_worker" in source, "the receiver starts its decoder otherwise"
    assert "self.__decoder_queue,\n                    self._track._queue,\n" in source, (
        "the decoder thread takes other arguments"
    )
    names = list(inspect.signature(aiortc.rtcrtpreceiver.decoder_worker).parameters)
    assert len(names) == 4, "decoder_worker takes other arguments"


async def test_the_receiver_has_the_parts_that_are_replaced() -> None:
    peer = RTCPeerConnection()
    receiver = peer.addTransceiver("audio").receiver
    for name in ("__decoder_queue", "__jitter_buffer", "__nack_generator", "__kind"):
        assert hasattr(receiver, f"_RTCRtpReceiver{name}"), f"RTCRtpReceiver has no {name}"
    handle = inspect.signature(receiver._handle_rtp_packet)
    assert list(handle.parameters) == ["packet", "arrival_time_ms"], "packets come otherwise"
    source = inspect.getsource(RTCRtpReceiver._handle_rtp_packet)
    assert "self.__jitter_buffer.add(packet)" in source, "the jitter buffer is used otherwise"
    await peer.close()


def test_a_receiver_asks_and_assembles_where_that_is_replaced() -> None:
    source = inspect.getsource(RTCRtpReceiver._handle_rtp_packet)
    for call in (
        "self.__nack_generator.add(packet)",
        "sorted(self.__nack_generator.missing)",
        "packet._data = depayload(codec, packet.payload)",
        "pli_flag, encoded_frame = self.__jitter_buffer.add(packet)",
        "if encoded_frame is not None and",
        "packet = unwrap_rtx(packet, payload_type=apt, ssrc=original_ssrc)",
    ):
        assert call in source, f"RTCRtpReceiver no longer has: {call}"
    source = inspect.getsource(RTCRtpReceiver.receive)
    assert "self.__codecs[codec.payloadType] = codec" in source, "codecs are kept otherwise"


async def test_a_stranger_cannot_have_everything_sent_again_without_end() -> None:
    connection = Connection(kinds_of(Mode.VIDEO), [])
    sender = connection.peer.getTransceivers()[0].sender
    sent: list[int] = []

    async def send_again(sequence_number: int) -> None:
        sent.append(sequence_number)

    sender._retransmit = send_again  # type: ignore[method-assign]
    cures.bound_repairs(sender)
    nack = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=sender._ssrc)
    nack.lost = list(range(5_000))
    await sender._handle_rtcp_packet(nack)
    assert 0 < len(sent) <= cures.REPAIRS_BURST + cures.REPAIRS_PER_S
    await connection.close()


async def test_sender_reports_tell_when_things_were_captured() -> None:
    connection = Connection(kinds_of(Mode.VIDEO), [])
    sent: list[bytes] = []

    class Transport:
        async def _send_rtp(self, data: bytes) -> None:
            sent.append(data)

    for transceiver in connection.peer.getTransceivers():
        sender, track = transceiver.sender, connection.tracks[transceiver.kind]
        vars(sender)["_RTCRtpSender__transport"] = Transport()
        cures.report_captures(sender, track)
        packet = av.Packet(b"x")
        packet.opaque = time.monotonic_ns() - HOUR_S * 10**9
        track.offer(packet, starts_anew=True)
        await track.recv()
        sent_at = aiortc.clock.current_ntp_time()
        info = RtcpSenderInfo(sent_at, rtp_timestamp=0xFFFF_FFFF, packet_count=1, octet_count=1)
        await sender._send_rtcp([RtcpSrPacket(ssrc=1, sender_info=info)])
        [report] = RtcpPacket.parse(sent.pop())
        assert isinstance(report, RtcpSrPacket)
        age_s = (report.sender_info.rtp_timestamp + 1) / cures.sending.RATES[track.kind]
        assert age_s == pytest.approx(HOUR_S, abs=60), "sender reports go out another way"
        assert report.sender_info.ntp_timestamp == sent_at
    await connection.close()


def test_packets_are_kept_to_be_sent_again_as_long_as_we_say() -> None:
    source = inspect.getsource(RTCRtpSender)
    for use in ("sequence_number % RTP_HISTORY_SIZE)", "packet.sequence_number % RTP_HISTORY_SIZE"):
        assert use in source, "RTCRtpSender keeps its packets otherwise"
    cures.install()
    assert vars(aiortc.rtcrtpsender)["RTP_HISTORY_SIZE"] == cures.SENT_KEPT


def test_key_frame_requests_pass_where_they_are_caught() -> None:
    source = inspect.getsource(RTCRtpSender._handle_rtcp_packet)
    assert "self._send_keyframe()" in source, "PLI no longer calls RTCRtpSender._send_keyframe"
    source = inspect.getsource(RTCRtpSender._next_encoded_frame)
    assert "self.__encoder.pack(data)" in source, "encoded packets are no longer packed"


async def test_sound_is_sent_redundantly_where_both_know_how() -> None:
    cures.install()
    for codecs, payload_type in ((["opus", "red"], 63), (["opus"], 96)):
        connection = Connection(kinds_of(Mode.VOICE), [])
        assert "UDP/TLS/RTP/SAVPF 96 63\r\n" in await connection.make_offer()
        (transceiver,) = connection.peer.getTransceivers()
        agreed = [codec for codec in transceiver._codecs if codec.name in codecs]
        private: Any = transceiver.sender
        used: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def run(codec: Any, used: Any = used) -> None:
            used.set_result(codec.payloadType)

        private._run_rtp = run
        await private.send(RTCRtpSendParameters(codecs=agreed))
        assert await used == payload_type, "RTCRtpSender.send takes its codec otherwise"
        packs = isinstance(private._RTCRtpSender__encoder, RedundantPacker)
        assert packs is (payload_type == 63), "RTCRtpSender has its encoder elsewhere"
        for event in (private._RTCRtpSender__rtp_started, private._RTCRtpSender__rtp_exited):
            event.set()
        await connection.close()


def test_an_encoder_may_be_put_in_the_place_of_aiortcs() -> None:
    source = inspect.getsource(RTCRtpSender._next_encoded_frame)
    for use in ("if self.__encoder is None:", "self.__encoder.pack(data)"):
        assert use in source, f"RTCRtpSender no longer has: {use}"


def test_a_common_codec_is_looked_for_as_aiortc_does() -> None:
    source = inspect.getsource(RTCPeerConnection.setRemoteDescription)
    assert "find_common_codecs(CODECS[media.kind], media.rtp.codecs)" in source, (
        "codecs are agreed on otherwise"
    )


def test_header_extensions_are_read_where_that_is_guarded() -> None:
    source = inspect.getsource(RTCDtlsTransport)
    for part in (
        "packet = RtpPacket.parse(data, self._rtp_header_extensions_map)\n        except ValueError",
        "self._rtp_header_extensions_map.configure(parameters)",
    ):
        assert part in source, f"RTCDtlsTransport no longer has: {part}"
    source = inspect.getsource(aiortc.rtp.RtpPacket.parse)
    assert "extensions_map.get(extension_profile, extension_value)" in source, (
        "header extensions are read otherwise"
    )
    source = inspect.getsource(RTCPeerConnection.createOffer)
    assert "transceiver._headerExtensions = " in source, "the numbers of an offer are elsewhere"


def test_a_receiver_keeps_its_sources_where_they_are_looked_up() -> None:
    source = inspect.getsource(RTCRtpReceiver)
    for part in (
        "self.__remote_streams[packet.ssrc] = StreamStatistics(codec.clockRate)",
        "original_ssrc = self.__rtx_ssrc.get(packet.ssrc)",
        "codec = self.__codecs.get(packet.payload_type)",
    ):
        assert part in source, f"RTCRtpReceiver no longer has: {part}"
    source = inspect.getsource(cures.sources.StreamStatistics.add)
    for part in ("packet.timestamp - self._last_timestamp", "self._last_timestamp = packet"):
        assert part in source, f"jitter is counted otherwise: {part} is gone"
    cures.install()
    assert vars(aiortc.rtcrtpreceiver)["StreamStatistics"] is not cures.sources.StreamStatistics


async def test_the_agreed_codec_is_found() -> None:
    connection = Connection(kinds_of(Mode.VIDEO), [])
    await connection.make_offer()
    assert cures.codec_of(connection.peer, "video") == "H264", "RTCRtpTransceiver._codecs"
    await connection.close()


def test_own_addresses_are_listed() -> None:
    assert isinstance(cures.local_addresses(), tuple)


def test_addresses_that_the_system_cannot_tell_now_are_unknown() -> None:
    with no_more_files():
        assert cures.local_addresses() is None


def test_packets_are_written_and_sent_where_they_are_numbered_and_paced() -> None:
    source = inspect.getsource(RTCRtpSender)
    for call in (
        "self.__rtp_header_extensions_map.configure(parameters)",
        "packet_bytes = packet.serialize(self.__rtp_header_extensions_map)\n"
        "                    await self.transport._send_rtp(packet_bytes)",
        "self.__rtp_task = asyncio.ensure_future(self._run_rtp(",
        "self.__rtt = rtt",
    ):
        assert call in source, f"a sender no longer has {call}"
    for name in ("transport_sequence_number", "abs_send_time"):
        assert hasattr(aiortc.rtp.HeaderExtensions(), name), f"no {name} in a packet's extensions"


async def test_both_sides_agree_on_numbers_and_feedback() -> None:
    one, other = Connection(kinds_of(Mode.VIDEO), []), Connection(kinds_of(Mode.VIDEO), [])
    answer = await other.make_answer(await one.make_offer())
    for kind in ("audio", "video"):
        section = answer[answer.index(f"m={kind}") :].split("\nm=")[0]
        assert transport_feedback.URI in section, f"{kind}: packets are not numbered"
        assert "transport-cc" in section, f"{kind}: no feedback is agreed on"
    for connection in (one, other):
        await connection.close()


async def test_feedback_is_taken_out_before_it_is_read_as_a_list_of_lost_packets() -> None:
    connection = Connection(kinds_of(Mode.VOICE), [])
    transport = connection.peer.getTransceivers()[0].receiver.transport
    handled: list[bytes] = []

    async def handle(data: bytes) -> None:
        handled.append(data)

    transport._handle_rtcp_data = handle
    taken: list[transport_feedback.Feedback] = []
    cures.take_feedback(connection.peer, taken.append)
    nack = bytes(RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=2, lost=[7]))
    feedback = transport_feedback.Feedback(5, (256, None, 260))
    await transport._handle_rtcp_data(nack + transport_feedback.write(feedback, 0, 1, 2))
    assert (taken, handled) == ([feedback], [nack])
    await connection.close()


def test_a_receiver_has_the_estimate_that_is_switched_off() -> None:
    source = inspect.getsource(RTCRtpReceiver)
    assert "if self.__remote_bitrate_estimator is not None:" in source
    assert "self.__rtcp_ssrc" in source, "a receiver reports under another name"
    dtls = inspect.getsource(RTCDtlsTransport)
    assert "await self._handle_rtcp_data(data)" in dtls, "RTCP takes another way"
