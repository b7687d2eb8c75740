"""One connection of a call, from its description until it is closed."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from desktop_app import engine_messages as messages
from desktop_app.core import TaskScope
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.playback.lip_sync import LipSync
from desktop_app.engine.playback.voice_stream import VoiceStream
from desktop_app.engine.rtc import cures, description
from desktop_app.engine.rtc.call_parts import CallParts
from desktop_app.engine.rtc.candidates import Candidates
from desktop_app.engine.rtc.congestion import Congestion
from desktop_app.engine.rtc.connection import GATHER_IN_CALL_WITHIN_S, Connection, kinds_of
from desktop_app.engine.rtc.description import BadDescription
from desktop_app.engine.rtc.reception import Reception
from desktop_app.engine.rtc.relay import NoRelay
from desktop_app.engine.rtc.tracks import HELD_MAX
from desktop_app.engine.rtc.traffic import Traffic
from desktop_app.engine_messages import CallFailure
from signaling_server.protocol.messages import DescriptionKind, Exchange, IceServer, Role

EARLY_CANDIDATES_MAX = 100
"""Candidates kept until the description they belong to has come."""
BEHIND_MAX = 1
"""Pictures that may wait for the one that is being sent; with more of them no new one is made."""
HELD_S = 1.0
"""What was held longer is followed by a new key frame: it shows how it was then."""
CLOSE_NOTICED_WITHIN_S = 2.0
"""A connection that closes this soon after its last packet was closed by the stranger."""
CARRY_WITHIN_S = 3.0
"""How much longer a replacing connection that stands may carry nothing. The stranger may have gone over to
it for what was sent over it, and closed the older one. Two reports come in that time, and the second
attempt at a channel."""
CHECK_AGAIN_S = 0.4
"""How often a replacing connection looks for a way: there may be none yet, and be one soon."""

log = logging.getLogger(__name__)


class PathOwner(Protocol):
    """The call, as one of its connections sees it. hear takes what came over the channel."""

    def path_connected(self, path: "Path") -> None: ...

    def path_carries(self, path: "Path") -> None: ...

    def path_ended(self, path: "Path", failure: CallFailure) -> None: ...

    def use_bitrate(self, path: "Path", bitrate_bps: int) -> None: ...

    def channel_opened(self, path: "Path") -> None: ...

    def hear(self, path: "Path", data: bytes) -> None: ...

    def fail(self, failure: CallFailure) -> None: ...

    def fail_soon(self, failure: CallFailure) -> None: ...


class Path:
    """Belongs to the loop. number is 0 for a call's first one and counts up with each other."""

    def __init__(
        self,
        start: messages.StartCall,
        number: int,
        ready: tuple[Connection, str] | None,
        ice_servers: list[IceServer],
        parts: CallParts,
        owner: PathOwner,
    ) -> None:
        self.number = number
        self.connected = False
        self.carries = False
        self.ended = False
        self.voice: VoiceStream | None = None
        self._lips = LipSync(time.monotonic)
        self.connection: Connection | None = None
        self._offer = ""
        if ready is not None:
            self.connection, self._offer = ready
        self._start = start
        self._kinds = kinds_of(start.mode)
        self._ice_servers = ice_servers
        self._parts = parts
        self._owner = owner
        self._tasks = TaskScope(f"path-{start.call}-{number}")
        self._candidates = Candidates()
        self._early: list[messages.RemoteCandidate] = []
        self._described = False
        self._transport: description.Transport | None = None
        """The stranger's; candidates wait until it is known."""
        self._pictures_begun = False
        self._begun_at = 0.0
        self._described_at = 0.0
        self._lost_here = False
        clock = self._clock = asyncio.get_running_loop().time
        self.traffic = Traffic(clock, self._carry)
        self._congestion = Congestion(clock, lambda bps: owner.use_bitrate(self, bps))

    @property
    def is_behind(self) -> bool:
        """Whether pictures wait to be sent; from any thread.

        Until the connection stands no more are made than are held, so that it begins with the
        key frame that is there, and goes on from it.
        """
        track = self.connection.tracks.get("video") if self.connection is not None else None
        if track is None:
            return False
        if self.connected:
            return track.waiting > BEHIND_MAX
        return self._pictures_begun and track.is_whole and track.waiting >= HELD_MAX - 1

    def begin(self, within_s: float) -> None:
        """Set it up; it ends by itself when nothing stands within that time (_give_up_in_time)."""
        self._tasks.start(self._guarded(self._negotiate()), "negotiate")
        self._tasks.start(self._give_up_in_time(within_s), "deadline")
        if self.number:
            self._tasks.start(self._check_again(), "checks")

    def take_description(self, kind: DescriptionKind, sdp: str) -> None:
        """Take the stranger's offer or answer of a classical exchange; a second one is ignored."""
        wanted = (
            DescriptionKind.ANSWER if self._start.role is Role.OFFERER else DescriptionKind.OFFER
        )
        if self._described or kind is not wanted or self._start.exchange is Exchange.PAIRED:
            return
        self._described = True
        if wanted is DescriptionKind.ANSWER:
            self._tasks.start(self._guarded(self._take_answer(sdp, None)), "answer")
        else:
            self._tasks.start(self._guarded(self._answer(sdp)), "offer")

    def take_candidate(self, message: messages.RemoteCandidate) -> None:
        """Take a candidate that trickles in, empty at their end; other sections' are passed over."""
        if self._transport is None:
            if len(self._early) < EARLY_CANDIDATES_MAX:
                self._early.append(message)
        elif self._transport.takes(message.sdp_mid, message.sdp_mline_index):
            self._begin_adding(message.candidate)

    def offer_packet(self, kind: str, packet: EncodedPacket, starts_anew: bool) -> None:
        """Send a packet of our sound or picture, if this call carries that."""
        track = self.connection.tracks.get(kind) if self.connection is not None else None
        if track is None:
            return
        if not self.connected:
            if self._pictures_begun and kind == "video":
                track.hold(packet, starts_anew)
        elif not track.offer(packet, starts_anew) and kind == "video":
            self._parts.media.request_key_frame()

    def forget_pictures(self) -> None:
        """Send none that waits: the camera is off."""
        if self.connection is not None and "video" in self.connection.tracks:
            self.connection.tracks["video"].forget()

    def ask_for_life(self) -> None:
        """Have the stranger's engine answer, whether it has anything to send or not."""
        if self.connection is not None and not self.ended:
            self._tasks.start(cures.ask_for_life(self.connection.peer, self.traffic.live), "ask")

    def end(self) -> None:
        """Close it without waiting for that."""
        if not self.ended:
            self.ended = True
            self._parts.closing.start(self._close(), f"close-{self._start.call}")

    async def statistics(self) -> tuple[dict[str, Any], Reception] | None:
        """Return fields of messages.Statistics, and what has come; None before it connects."""
        if self.connection is None or not self.connected:
            return None
        peer = self.connection.peer
        fields: dict[str, Any] = {"codec": cures.codec_of(peer, "video")}
        fields["direct"] = cures.is_direct(peer)
        fields["path_bps"] = self._congestion.rate_bps
        for report in (await peer.getStats()).values():
            if report.type == "remote-inbound-rtp":
                # Two sender reports with nothing sent between them are one to aiortc's clock.
                if report.roundTripTime is not None and report.roundTripTime >= 0:
                    fields["round_trip_ms"] = report.roundTripTime * 1_000.0
                fields["loss_percent"] = report.fractionLost / 2.56
        return fields, Reception.of(peer.getTransceivers())

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Whatever a description breaks inside aiortc breaks this connection only."""
        failure = CallFailure.BAD_DESCRIPTION
        try:
            await work
        except BadDescription as error:
            self._fail(failure, str(error))
        except NoRelay as error:
            self._fail(CallFailure.NO_RELAY, str(error))
        except Exception as error:
            log.warning("call %s: a description broke", self._start.call)
            self._fail(failure, type(error).__name__)

    def _fail(self, failure: CallFailure, why: str) -> None:
        if self.ended:
            return
        log.info("call %s, connection %d: %s: %s", self._start.call, self.number, failure, why)
        self.end()
        self._owner.path_ended(self, failure)

    async def _negotiate(self) -> None:
        start = self._start
        if start.exchange is Exchange.PAIRED:
            if self.connection is None or start.description is None:
                raise BadDescription("a pair without both descriptions")
            self._described = True
            await self._take_answer(start.description, start.role)
        elif start.role is Role.OFFERER:
            await self._offer_classically()
        elif start.description is not None:
            self._described = True
            await self._answer(start.description)

    async def _offer_classically(self) -> None:
        if self.connection is not None:
            return  # its offer was handed over by the server; the answer comes
        connection = self.connection = self._new_connection(self._kinds)
        self._offer = await connection.make_offer()
        self._send_description(DescriptionKind.OFFER, self._offer)
        connection.prepare_handshake()

    def _send_description(self, kind: DescriptionKind, sdp: str) -> None:
        self._parts.send(messages.LocalDescription(self._start.call, kind, sdp, self.number))

    def _new_connection(self, kinds: Sequence[str]) -> Connection:
        relay = self._parts.relay
        music = self._parts.media.music
        return Connection(kinds, self._ice_servers, GATHER_IN_CALL_WITHIN_S, relay, music=music)

    async def _take_answer(self, sdp: str, role: Role | None) -> None:
        read = description.read(sdp, self._kinds)
        connection = self.connection
        if connection is None:
            raise BadDescription("an answer to no offer")
        answer = description.as_answer(read, self._offer, role)
        self._wire(connection)
        self._pass_candidates(read.transport)
        await connection.take_answer(answer, controlled=role is Role.ANSWERER)
        self._begin_pictures_ahead()

    async def _answer(self, sdp: str) -> None:
        read = description.read(sdp, self._kinds)
        offer = description.as_offer(read)
        kinds = [section.kind for section in read.used]
        if self.connection is not None:
            self._parts.closing.start(self.connection.close(), "close-unused")
        connection = self.connection = self._new_connection(kinds)
        self._wire(connection)
        self._pass_candidates(read.transport)
        answer = await connection.make_answer(offer)
        answer = description.with_refusals(answer, read)
        self._send_description(DescriptionKind.ANSWER, answer)
        connection.prepare_handshake()
        self._begin_pictures_ahead()

    def _pass_candidates(self, transport: description.Transport) -> None:
        """Pass on what has come so far, before ICE begins: with nothing to check it would sleep."""
        self._transport = transport
        self._described_at = self._clock()
        early, self._early = self._early, []
        for attribute in transport.candidates:
            self._begin_adding(attribute)
        for message in early:
            self.take_candidate(message)
        if transport.complete:
            self._begin_adding("")

    def _begin_adding(self, attribute: str) -> None:
        self._tasks.start(self._guarded(self._add_candidate(attribute)), "candidate")

    def _begin_pictures_ahead(self) -> None:
        """Hold a key frame until the first connection stands; while another sends, none is made."""
        if self.number == 0:
            self.begin_pictures()

    def begin_pictures(self) -> None:
        """Begin with a key frame once described; it is held until the connection stands.

        Where that takes longer than HELD_S, begin anew then. A plain request would wait out the
        pause between key frames.
        """
        if self.connection is not None and "video" in self.connection.tracks:
            self._pictures_begun = True
            self._begun_at = self._clock()
            self._owner.use_bitrate(self, self._congestion.picture_bps)
            self._parts.media.use_codec(cures.codec_of(self.connection.peer, "video"))

    def _holds_pictures(self) -> bool:
        track = self.connection.tracks.get("video") if self.connection is not None else None
        is_fresh = self._clock() - self._begun_at < HELD_S
        return track is not None and track.is_whole and is_fresh

    async def _add_candidate(self, attribute: str) -> None:
        if self.connection is None:
            return
        transport = cures.ice_transport(self.connection.peer)
        if not attribute:
            await transport.addRemoteCandidate(None)
        elif (candidate := self._candidates.take(attribute)) is not None:
            try:
                await transport.addRemoteCandidate(candidate)
            except Exception as error:
                # A name that cannot be looked up, since another program holds that port, say.
                kind = type(error).__name__
                log.info("call %s: a candidate was left out: %s", self._start.call, kind)

    def _wire(self, connection: Connection) -> None:
        """Connect a connection's ends to this call, before anything can arrive."""
        peer, owner = connection.peer, self._owner
        for transceiver in peer.getTransceivers():
            self._wire_media(transceiver)
            if (track := connection.tracks.get(transceiver.kind)) is not None:
                cures.report_captures(transceiver.sender, track)
        self._congestion.attach(peer)
        cures.watch_traffic(peer, self.traffic, self._lose_here)
        peer.on("connectionstatechange", lambda: self._state_changed(peer.connectionState))
        if peer.sctp is not None:
            hostile = lambda: owner.fail(CallFailure.HOSTILE_DATA)  # noqa: E731 (an argument, named)
            cures.receive_text(peer.sctp, lambda data: owner.hear(self, data), hostile)
            connection.channel.on("open", lambda: owner.channel_opened(self))

    def _wire_media(self, transceiver: Any) -> None:
        media = self._parts.media
        cures.take_unnamed_repairs(transceiver.receiver)
        if transceiver.kind == "video":
            hostile = lambda: self._owner.fail_soon(CallFailure.HOSTILE_PICTURE)  # noqa: E731 (an argument, named)
            sink = media.video_sink(self._start.call, hostile, self._lips)
            cures.deliver_to(transceiver.receiver, sink)
            cures.on_key_frame_request(transceiver.sender, media.request_key_frame)
        else:
            self.voice = media.sound_sink(self._lips)
            cures.deliver_to(transceiver.receiver, self.voice)
        cures.bound_repairs(transceiver.sender, self._congestion.may_repair)

    def _lose_here(self) -> None:
        """A socket has closed under us, as that to a relay does when the relay stops."""
        self._lost_here = True

    def _carry(self) -> None:
        self.carries = True
        if self.connected and not self.ended:
            self._owner.path_carries(self)

    def _state_changed(self, state: str) -> None:
        if self.ended:
            return
        if state == "connected" and not self.connected:
            self.connected = True
            if self.number == 0 and not self._holds_pictures():
                self.begin_pictures()
            self._owner.path_connected(self)
            if self.carries:
                self._owner.path_carries(self)
        elif state in ("failed", "closed"):
            self._fail(self._why_closed(), "the connection is " + state)

    def _why_closed(self) -> CallFailure:
        if not self.connected:
            return CallFailure.NO_PATH
        if not self._lost_here and self.traffic.silent_for_s() < CLOSE_NOTICED_WITHIN_S:
            return CallFailure.ENDED_BY_STRANGER
        return CallFailure.MEDIA_LOST

    async def _check_again(self) -> None:
        while not self.connected:
            await asyncio.sleep(CHECK_AGAIN_S)
            if self.connection is not None and self._transport is not None:
                cures.repeat_checks(self.connection.peer)

    async def _give_up_in_time(self, within_s: float) -> None:
        """Count anew from the stranger's description on: it came late over a network that has come back.

        The stranger may be through that moment, and close what this one would be given up for.
        One that stands only then has CARRY_WITHIN_S more.
        """
        left_s = within_s
        while left_s > 0.0:
            await asyncio.sleep(left_s)
            left_s = self._described_at + within_s - self._clock()
        if self.number and self.connected and not self.carries:
            await asyncio.sleep(CARRY_WITHIN_S)
        stands = self.connected and (self.carries or self.number == 0)
        if not stands:
            self._fail(CallFailure.NO_PATH, "not in time")

    async def _close(self) -> None:
        await self._tasks.close()
        if self.connection is not None:
            await self.connection.close()
