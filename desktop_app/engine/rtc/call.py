"""The live call: one connection from its description to its end."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from desktop_app import engine_messages as messages
from desktop_app.core import TaskScope
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.rtc import cures, description
from desktop_app.engine.rtc.call_parts import CallParts
from desktop_app.engine.rtc.candidates import Candidates
from desktop_app.engine.rtc.connection import GATHER_IN_CALL_WITHIN_S, Connection, kinds_of
from desktop_app.engine.rtc.conversation import Conversation
from desktop_app.engine.rtc.description import BadDescription
from desktop_app.engine.rtc.relay import NoRelay
from desktop_app.engine.rtc.traffic import LOST_AFTER_S, Traffic
from desktop_app.engine_messages import CallFailure
from signaling_server.protocol.messages import DescriptionKind, Exchange, IceServer, Role

CONNECT_WITHIN_S = 15.0
EARLY_CANDIDATES_MAX = 100
"""Candidates kept until the description they belong to has come."""
CLOSE_NOTICED_WITHIN_S = 2.0
"""A connection that closes this soon after its last packet was closed by the stranger."""

log = logging.getLogger(__name__)


class Call:
    """Belongs to the loop. Whatever a stranger sends ends this call at worst."""

    def __init__(
        self,
        start: messages.StartCall,
        ready: tuple[Connection, str] | None,
        ice_servers: list[IceServer],
        parts: CallParts,
    ) -> None:
        self.id = start.call
        self._start = start
        self._kinds = kinds_of(start.mode)
        self._ice_servers = ice_servers
        self._connection: Connection | None = None
        self._offer = ""
        if ready is not None:
            self._connection, self._offer = ready
        self._parts = parts
        self._loop = asyncio.get_running_loop()
        self._tasks = TaskScope(f"call-{start.call}")
        self._candidates = Candidates()
        self._early: list[str] = []
        self._described = False
        self._may_check = False
        self._pictures_begun = False
        self._connected = False
        self._over = False
        self._unsent: list[tuple[int, str]] = []
        self.traffic = Traffic(self._loop.time)
        self.conversation: Conversation | None = None

    def begin(self) -> None:
        self._tasks.start(self._guarded(self._negotiate()), "negotiate")
        self._tasks.start(self._give_up_in_time(), "connect-deadline")

    def take_description(self, message: messages.RemoteDescription) -> None:
        """Take the stranger's offer or answer of a classical exchange; a second one is ignored."""
        wanted = (
            DescriptionKind.ANSWER if self._start.role is Role.OFFERER else DescriptionKind.OFFER
        )
        if self._described or message.kind is not wanted or self._start.exchange is Exchange.PAIRED:
            return
        self._described = True
        if wanted is DescriptionKind.ANSWER:
            self._tasks.start(self._guarded(self._take_answer(message.sdp, None)), "answer")
        else:
            self._tasks.start(self._guarded(self._answer(message.sdp)), "offer")

    def take_candidate(self, attribute: str) -> None:
        """Take a candidate that trickles in; empty at the end of them."""
        if not self._may_check:
            if len(self._early) < EARLY_CANDIDATES_MAX:
                self._early.append(attribute)
            return
        self._tasks.start(self._guarded(self._add_candidate(attribute)), "candidate")

    def offer_packet(self, kind: str, packet: EncodedPacket, starts_anew: bool) -> None:
        """Send a packet of our sound or picture, if this call carries that."""
        track = self._connection.tracks.get(kind) if self._connection is not None else None
        if track is None:
            return
        if not self._connected:
            if self._pictures_begun and kind == "video":
                track.hold(packet, starts_anew)
        elif not track.offer(packet, starts_anew) and kind == "video":
            self._parts.media.request_key_frame()

    def send_text(self, number: int, text: str) -> None:
        if self.conversation is not None:
            self.conversation.send_text(number, text)
        elif len(self._unsent) < EARLY_CANDIDATES_MAX:
            self._unsent.append((number, text))

    def end(self) -> None:
        """Close everything without waiting for it; the next call may begin at once."""
        if self._over:
            return
        self._over = True
        self._parts.closing.start(self._close(), f"close-{self.id}")

    def fail(self, failure: CallFailure) -> None:
        """End the call by itself and say why."""
        if self._over:
            return
        log.info("call %s ended: %s", self.id, failure.value)
        self.end()
        self._parts.send(messages.CallFailed(self.id, failure))
        self._parts.on_over(self.id)

    def fail_soon(self, failure: CallFailure) -> None:
        """Like fail, from any thread."""
        self._loop.call_soon_threadsafe(self.fail, failure)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Whatever a description breaks inside aiortc breaks this call only."""
        try:
            await work
        except BadDescription as error:
            log.info("call %s: the description is refused: %s", self.id, error)
            self.fail(CallFailure.BAD_DESCRIPTION)
        except NoRelay as error:
            log.info("call %s: no relay: %s", self.id, error)
            self.fail(CallFailure.NO_RELAY)
        except Exception as error:
            log.warning("call %s: the description broke: %s", self.id, type(error).__name__)
            self.fail(CallFailure.BAD_DESCRIPTION)

    async def _negotiate(self) -> None:
        start = self._start
        if start.exchange is Exchange.PAIRED:
            if self._connection is None or start.description is None:
                raise BadDescription("a pair without both descriptions")
            self._described = True
            await self._take_answer(start.description, start.role)
        elif start.role is Role.OFFERER:
            await self._offer_classically()
        elif start.description is not None:
            self._described = True
            await self._answer(start.description)

    async def _offer_classically(self) -> None:
        if self._connection is not None:
            return  # its offer was handed over by the server; the answer comes
        connection = self._connection = self._new_connection(self._kinds)
        self._offer = await connection.make_offer()
        self._parts.send(messages.LocalDescription(self.id, DescriptionKind.OFFER, self._offer))

    def _new_connection(self, kinds: Sequence[str]) -> Connection:
        relay = self._parts.relay
        return Connection(kinds, self._ice_servers, GATHER_IN_CALL_WITHIN_S, relay)

    async def _take_answer(self, sdp: str, role: Role | None) -> None:
        read = description.read(sdp)
        connection = self._connection
        if connection is None:
            raise BadDescription("an answer to no offer")
        answer = description.as_answer(read, self._offer, role)
        self._wire(connection)
        self._pass_candidates(read)
        await connection.take_answer(
            answer, paired=role is not None, controlled=role is Role.ANSWERER
        )
        self._begin_pictures()

    async def _answer(self, sdp: str) -> None:
        read = description.read(sdp)
        offer = description.as_offer(read, self._kinds)
        kinds = [section.kind for section in read.kinds(self._kinds)]
        if self._connection is not None:
            self._parts.closing.start(self._connection.close(), "close-unused")
        connection = self._connection = self._new_connection(kinds)
        self._wire(connection)
        self._pass_candidates(read)
        answer = await connection.make_answer(offer)
        self._parts.send(
            messages.LocalDescription(
                self.id,
                DescriptionKind.ANSWER,
                description.with_refusals(answer, read, self._kinds),
            )
        )
        self._begin_pictures()

    def _pass_candidates(self, read: description.Read) -> None:
        """Pass on what has come so far, before ICE begins: with nothing to check it would sleep."""
        self._may_check = True
        early, self._early = self._early, []
        ends = [""] if read.complete and "" not in early else []
        for attribute in [*read.candidates, *early, *ends]:
            self.take_candidate(attribute)

    def _begin_pictures(self) -> None:
        """Begin with a key frame once described; it is held until the connection stands.

        Where that takes longer than what is held may be old, begin anew then. A plain request
        would wait out the pause between key frames.
        """
        if self._connection is not None and "video" in self._connection.tracks:
            self._pictures_begun = True
            self._parts.media.use_codec(cures.codec_of(self._connection.peer, "video"))

    def _holds_pictures(self) -> bool:
        track = self._connection.tracks.get("video") if self._connection is not None else None
        return track is not None and track.is_whole

    async def _add_candidate(self, attribute: str) -> None:
        if self._connection is None:
            return
        transport = cures.ice_transport(self._connection.peer)
        if not attribute:
            await transport.addRemoteCandidate(None)
        elif (candidate := self._candidates.take(attribute)) is not None:
            await transport.addRemoteCandidate(candidate)

    def _wire(self, connection: Connection) -> None:
        """Connect a connection's ends to this call, before anything can arrive."""
        media, peer = self._parts.media, connection.peer
        for transceiver in peer.getTransceivers():
            if transceiver.kind == "video":
                sink = media.video_sink(
                    self.id, lambda: self.fail_soon(CallFailure.HOSTILE_PICTURE)
                )
                cures.on_key_frame_request(transceiver.sender, media.request_key_frame)
            else:
                sink = media.sound_sink()
            cures.deliver_to(transceiver.receiver, sink)
            cures.bound_repairs(transceiver.sender)
        cures.watch_traffic(peer, self.traffic.received, self.traffic.sent)
        peer.on("connectionstatechange", lambda: self._state_changed(peer.connectionState))
        if peer.sctp is None:
            return
        hostile = lambda: self.fail(CallFailure.HOSTILE_DATA)  # noqa: E731 (used twice, one line)
        self.conversation = Conversation(
            self.id, connection.channel, self._said, hostile, self._loop.time
        )
        cures.receive_text(peer.sctp, self.conversation.take, hostile)
        media.say_state(self.conversation)
        for number, text in self._unsent:
            self.conversation.send_text(number, text)
        connection.channel.on("open", self.conversation.flush)

    def _said(self, event: messages.Message) -> None:
        """Pass on what came over the channel; a camera that is off leaves no picture behind."""
        if self._over:
            return
        self._parts.send(event)
        if isinstance(event, messages.StrangerState):
            self._parts.media.show_stranger(event.camera)

    def _state_changed(self, state: str) -> None:
        if self._over:
            return
        if state == "connected" and not self._connected:
            self._connected = True
            self._parts.send(messages.CallConnected(self.id))
            if not self._holds_pictures():
                self._begin_pictures()
            self._tasks.start(self._watch_health(), "health")
            if self.conversation is not None:
                self._tasks.start(self.conversation.stay_alive(), "alive")
        elif state in ("failed", "closed"):
            self.fail(self._why_closed())

    def _why_closed(self) -> CallFailure:
        if not self._connected:
            return CallFailure.NO_PATH
        if self.traffic.silent_for_s() < CLOSE_NOTICED_WITHIN_S:
            return CallFailure.ENDED_BY_STRANGER
        return CallFailure.MEDIA_LOST

    async def _give_up_in_time(self) -> None:
        await asyncio.sleep(CONNECT_WITHIN_S)
        if not self._connected:
            self.fail(CallFailure.NO_PATH)

    async def _watch_health(self) -> None:
        async for health in self.traffic.changes():
            self._parts.send(messages.CallHealth(self.id, health))
        log.info("call %s: nothing came for %d s", self.id, LOST_AFTER_S)
        self.fail(CallFailure.MEDIA_LOST)

    async def statistics(self) -> dict[str, Any]:
        """Return what the connection itself knows, as fields of messages.Statistics."""
        if self._connection is None or not self._connected:
            return {}
        peer = self._connection.peer
        fields: dict[str, Any] = {"codec": cures.codec_of(peer, "video")}
        fields["direct"] = cures.is_direct(peer)
        for report in (await peer.getStats()).values():
            if report.type == "remote-inbound-rtp":
                if report.roundTripTime is not None:
                    fields["round_trip_ms"] = report.roundTripTime * 1_000.0
                fields["loss_percent"] = report.fractionLost / 2.56
        return fields

    async def _close(self) -> None:
        await self._tasks.close()
        if self._connection is not None:
            await self._connection.close()
