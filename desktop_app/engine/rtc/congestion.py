"""Rate control of one connection: what its packets tell, and what that leaves for the picture."""

from collections.abc import Callable
from typing import Any

from aiortc import RTCPeerConnection, RTCRtpReceiver

from desktop_app.engine.rate.controller import SILENCE_S, RateController
from desktop_app.engine.rate.pacer import Pacer
from desktop_app.engine.rate.path import Path, ReportedPath
from desktop_app.engine.rate.shares import Average, Shares
from desktop_app.engine.rtc import cures, transport_feedback
from desktop_app.engine.rtc.packet_logs import ArrivalLog, SentLog
from desktop_app.engine.rtc.received_rate import ReceivedRate
from desktop_app.engine.rtc.transport_feedback import Feedback

WRAPPING_BYTES = 38
"""Of IPv4 and UDP, and of SRTP's check, around what a sender writes."""
REPAIR_BYTES = 1_200
FEEDBACK_MISSED_S = 2.0
"""After this long without feedback the plain reports are believed."""
OVERDUE_S = 0.17
"""Beyond the quickest answers: three messages of feedback are lost in a row, or a queue grows."""
ANSWER_FIRST_S = 1.0
ANSWER_RISE = 0.01
PAUSE_S = 0.2
"""After a longer one nothing was there to be answered."""
CHANGE = 0.03


class Congestion:
    """Belongs to the loop; clock is the loop's.

    on_picture_bps is told what the picture may take whenever that has changed; 0 is no picture.
    """

    def __init__(self, clock: Callable[[], float], on_picture_bps: Callable[[int], None]) -> None:
        self._clock = clock
        self._on_picture_bps = on_picture_bps
        self._controller = RateController()
        self._path = Path()
        self._reported = ReportedPath()
        self._pacer = Pacer(clock, self._controller.rate_bps)
        self._shares = Shares(clock)
        self._all = Average(clock)
        self._sent = SentLog()
        self._is_numbered = False
        """Whether the packet that goes out next carries a number: a section may have none."""
        self._arrivals = ArrivalLog()
        self._messages = 0
        self._received_rate = ReceivedRate()
        self._feedback_at = -FEEDBACK_MISSED_S
        self._answer_s = ANSWER_FIRST_S
        self._sent_at = self._steady_since = clock()
        self._was_silent = False
        """Whether nothing that was sent lately has been told of since the controller began low."""
        self.picture_bps = self._shares.picture_bps(
            self._controller.rate_bps, self._controller.queue_s
        )

    @property
    def rate_bps(self) -> int:
        """What the path is thought to carry."""
        return round(self._controller.rate_bps)

    def attach(self, peer: RTCPeerConnection) -> None:
        """Wire it to a connection that is not described yet."""
        transceivers = peer.getTransceivers()
        if not transceivers:
            return
        for transceiver in transceivers:
            cures.number_packets(transceiver.sender, self)
            self._watch(transceiver.receiver)
            if transceiver.kind == "video":
                cures.watch_reports(transceiver.sender, self._take_report, self._take_limit)
        cures.take_feedback(peer, self._take_feedback)

    def next_number(self) -> int:
        self._is_numbered = True
        return self._sent.next_number()

    def sent(self, kind: str, size: int, *, repaired: bool) -> float:
        size += WRAPPING_BYTES
        now_s = self._clock()
        self._all.add(size)
        if self._is_numbered:
            self._is_numbered = False
            self._sent.add(size, now_s)
        self._notice_silence(now_s)
        if kind == "audio":
            self._shares.voice.add(size)
            self._apply()
            return 0.0
        if repaired:
            self._shares.repairs.add(size)
        return self._pacer.pause_s(size)

    def may_repair(self) -> bool:
        """Whether a packet may be sent again now."""
        return not self._controller.is_draining and self._pacer.may_repair(REPAIR_BYTES)

    def _notice_silence(self, now_s: float) -> None:
        """Send less while feedback is overdue, wherever it has come before."""
        if now_s - self._sent_at > PAUSE_S:
            self._steady_since = now_s
        self._sent_at = now_s
        since_s = self._sent.waiting_since_s
        if since_s is None or self._feedback_at < 0:
            return
        waited_s = now_s - max(since_s, self._steady_since)
        if waited_s > SILENCE_S:
            self._controller.begin_low()
            self._was_silent = True
        elif waited_s > self._answer_s + OVERDUE_S:
            self._controller.doubt(now_s)

    def _take_feedback(self, feedback: Feedback) -> None:
        now_s = self._feedback_at = self._clock()
        carried = self._sent.take(feedback)
        if self._was_silent:
            # What was sent into a cut tells nothing of what the path carries now.
            carried = [packet for packet in carried if packet.arrived_s is not None]
            self._was_silent = all(now_s - packet.sent_s > SILENCE_S for packet in carried)
        if carried:
            answer_s = now_s - carried[-1].sent_s
            slower = answer_s > self._answer_s
            self._answer_s += (answer_s - self._answer_s) * (ANSWER_RISE if slower else 1.0)
        self._path.take(carried)
        self._controller.update(now_s, self._path)
        self._apply()

    def _take_report(self, loss: float, round_trip_s: float | None) -> None:
        now_s = self._clock()
        if (
            round_trip_s is None
            or round_trip_s < 0
            or now_s - self._feedback_at < FEEDBACK_MISSED_S
        ):
            return
        self._reported.take(loss, round_trip_s, self._all.bps)
        self._controller.update(now_s, self._reported)
        self._apply()

    def _take_limit(self, limit_bps: int) -> None:
        self._controller.limit_bps = limit_bps

    def _apply(self) -> None:
        self._pacer.rate_bps = self._controller.rate_bps
        picture_bps = self._shares.picture_bps(self._controller.rate_bps, self._controller.queue_s)
        if abs(picture_bps - self.picture_bps) > CHANGE * self.picture_bps:
            self.picture_bps = picture_bps
            self._on_picture_bps(picture_bps)

    def _watch(self, receiver: RTCRtpReceiver) -> None:
        async def tell_of(packet: Any, size: int) -> None:
            now_s = self._clock()
            number = packet.extensions.transport_sequence_number
            if number is not None:
                self._arrivals.note(number, now_s)
                await self._send_feedback(receiver, packet.ssrc, now_s)
            elif (sent_at := packet.extensions.abs_send_time) is not None:
                size += WRAPPING_BYTES
                limit_bps = self._received_rate.take(sent_at, now_s, size, packet.ssrc)
                if limit_bps is not None:
                    await cures.send_limit(receiver, limit_bps, self._received_rate.sources)

        cures.watch_arrivals(receiver, tell_of)

    async def _send_feedback(self, receiver: RTCRtpReceiver, source: int, now_s: float) -> None:
        own = cures.feedback_sender(receiver)
        feedback = self._arrivals.due(now_s) if own is not None else None
        if own is None or feedback is None:
            return
        self._messages += 1
        await cures.send_rtcp(
            receiver, transport_feedback.write(feedback, self._messages, own, source)
        )
