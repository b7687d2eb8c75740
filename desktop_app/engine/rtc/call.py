"""The live call: what is said in it, the connection that carries it, and one that may follow."""

import asyncio
import logging
import time
from typing import Any

import msgspec

from desktop_app import engine_messages as messages
from desktop_app.core import TaskScope
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.rtc.call_parts import CallParts
from desktop_app.engine.rtc.connection import Connection
from desktop_app.engine.rtc.conversation import Conversation
from desktop_app.engine.rtc.path import Path
from desktop_app.engine.rtc.reception import Reception
from desktop_app.engine.rtc.traffic import Traffic
from desktop_app.engine_messages import CallFailure, MediaHealth
from signaling_server.protocol.messages import DescriptionKind, Exchange, IceServer, Role

CONNECT_WITHIN_S = 15.0
REPLACE_WITHIN_S = 6.0
"""A replacing connection that does not stand by then, counted anew from the stranger's description on,
is given up; the next one may do better."""
LOST_AFTER_S = 30.0
LOST_IF_REPLACEABLE_AFTER_S = 100.0
"""The server waits 90 s for somebody in a call, from when it has noticed."""
LOOK_S = 0.1
GOES_FIRST_S = 0.5
"""So long at most what can wait does, for there may be no picture to come."""

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
        self._ice_servers = ice_servers
        self._parts = parts
        self._loop = asyncio.get_running_loop()
        self._tasks = TaskScope(f"call-{start.call}")
        self._over = False
        self.conversation = Conversation(
            start.call,
            self._said,
            lambda: self.fail(CallFailure.HOSTILE_DATA),
            self._loop.time,
        )
        self._path = Path(start, 0, ready, ice_servers, parts, self)
        self._coming: Path | None = None
        """It takes the place of the other once it carries something."""
        self.connected = False
        self._goes_first_until = time.monotonic() + GOES_FIRST_S

    @property
    def goes_first(self) -> bool:
        """Whether what can wait should, until the first picture is there; from any thread."""
        return not self._parts.media.has_picture and time.monotonic() < self._goes_first_until

    @property
    def traffic(self) -> Traffic:
        """That of the connection in use; its counts are those of the call."""
        return self._path.traffic

    @property
    def is_behind(self) -> bool:
        """Whether pictures wait to be sent; from any thread."""
        return self._path.is_behind

    def begin(self) -> None:
        self._parts.media.say_state(self.conversation)
        self._path.begin(CONNECT_WITHIN_S)

    def take_description(self, message: messages.RemoteDescription) -> None:
        """Take the stranger's part of an exchange, or its offer of a replacing connection."""
        path = self._numbered(message.replacement)
        if message.replacement and message.kind is DescriptionKind.OFFER:
            self.replace(message.replacement, message.sdp)
        elif path is not None:
            path.take_description(message.kind, message.sdp)

    def take_candidate(self, message: messages.RemoteCandidate) -> None:
        """Take a candidate that trickles in; empty at the end of them."""
        if (path := self._numbered(message.replacement)) is not None:
            path.take_candidate(message)

    def replace(self, number: int, offer: str | None = None) -> None:
        """Set up another connection, by our offer or in answer to the stranger's."""
        if self._over or not self.connected:
            return
        if self._coming is not None and self._coming.connected:
            # The stranger may have gone over to it, and closed the older one.
            self._change_over(self._coming)
        elif self._coming is not None:
            self._coming.end()
        start = msgspec.structs.replace(
            self._start,
            role=Role.OFFERER if offer is None else Role.ANSWERER,
            exchange=Exchange.CLASSICAL,
            connection=None,
            description=offer,
        )
        self._coming = Path(start, number, None, self._ice_servers, self._parts, self)
        self._coming.begin(REPLACE_WITHIN_S)

    def use_servers(self, ice_servers: list[IceServer]) -> None:
        """Gather replacing connections with these from now on."""
        self._ice_servers = ice_servers

    def offer_packet(self, kind: str, packet: EncodedPacket, starts_anew: bool) -> None:
        """Send a packet of our sound or picture, if this call carries that."""
        self._path.offer_packet(kind, packet, starts_anew)

    def forget_pictures(self) -> None:
        """Send none that waits: the camera is off."""
        self._path.forget_pictures()

    def end(self) -> None:
        """Close everything without waiting for it; the next call may begin at once."""
        if self._over:
            return
        self._over = True
        for path in (self._path, self._coming):
            if path is not None:
                path.end()
        self._parts.closing.start(self._tasks.close(), f"end-{self.id}")

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

    async def statistics(self) -> tuple[dict[str, Any], Reception] | None:
        """Return what the connection in use knows, as Path does."""
        return await self._path.statistics()

    # --- what the connections say --------------------------------------------------------

    def path_connected(self, path: Path) -> None:
        if self._over or self.connected or path is not self._path:
            return
        self.connected = True
        self._parts.on_connected()
        self._hear_voice_of(path)
        self._parts.send(messages.CallConnected(self.id))
        self._tasks.start(self._watch_health(), "health")
        self._tasks.start(self.conversation.stay_alive(), "alive")

    def path_carries(self, path: Path) -> None:
        if path is self._coming and not self._over:
            self._change_over(path)

    def use_bitrate(self, path: Path, bitrate_bps: int) -> None:
        if path is self._path and not self._over:
            self._parts.media.use_bitrate(bitrate_bps)

    def path_ended(self, path: Path, failure: CallFailure) -> None:
        if path is self._coming:
            self._coming = None
            self._parts.send(messages.ReplacementFailed(self.id, path.number))
        elif path is not self._path or self._over:
            return
        elif self._coming is not None and self._coming.connected:
            self._change_over(self._coming)
        elif not self._may_outlive(failure):
            self.fail(failure)

    def channel_opened(self, path: Path) -> None:
        if path.connection is not None:
            self.conversation.use(path.connection.channel, path.number)

    def hear(self, path: Path, data: bytes) -> None:
        if path.connection is not None:
            self.conversation.take(data, path.connection.channel, path.number)

    # --- steps ---------------------------------------------------------------------------

    def _numbered(self, number: int) -> Path | None:
        both = (self._path, self._coming)
        return next((path for path in both if path is not None and path.number == number), None)

    def _may_outlive(self, failure: CallFailure) -> bool:
        """Whether the call goes on without a connection, until another one stands."""
        if not self.connected or not self._start.replaceable:
            return False
        # One that is being replaced may be closed first by the side that has changed over.
        return failure is CallFailure.MEDIA_LOST or self._coming is not None

    def _change_over(self, newer: Path) -> None:
        older, self._path, self._coming = self._path, newer, None
        newer.traffic.go_on_from(older.traffic)
        older.end()
        newer.begin_pictures()
        self._hear_voice_of(newer)
        log.info("call %s goes on over connection %d", self.id, newer.number)
        self._parts.send(messages.ConnectionReplaced(self.id, newer.number))

    def _hear_voice_of(self, path: Path) -> None:
        if path.voice is not None:
            self._parts.media.hear(path.voice)

    def _said(self, event: messages.Message) -> None:
        """Pass on what came over the channel; a camera that is off leaves no picture behind."""
        if self._over:
            return
        self._parts.send(event)
        if isinstance(event, messages.StrangerState):
            self._parts.media.show_stranger(event.camera)

    async def _watch_health(self) -> None:
        """Say each change of health, ask who is quiet, and end the call after long silence."""
        lost_after_s = LOST_IF_REPLACEABLE_AFTER_S if self._start.replaceable else LOST_AFTER_S
        health = MediaHealth.CONNECTED
        while self.traffic.silent_for_s() < lost_after_s:
            now = MediaHealth.BROKEN if self._path.ended else self.traffic.health
            if now is not health:
                health = now
                self._parts.send(messages.CallHealth(self.id, health))
            if self.traffic.is_to_ask():
                self._path.ask_for_life()
            await asyncio.sleep(LOOK_S)
        log.info("call %s: nothing came for %.0f s", self.id, lost_after_s)
        self.fail(CallFailure.MEDIA_LOST)
