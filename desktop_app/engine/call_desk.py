"""Which call lives, which connections are ready, and what goes to them."""

import asyncio
import gc
from collections.abc import Callable

from desktop_app import engine_messages as messages
from desktop_app.core import TaskScope
from desktop_app.engine.call_figures import CallFigures
from desktop_app.engine.call_media import CallMedia
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.rtc.address_watch import AddressWatch
from desktop_app.engine.rtc.call import Call
from desktop_app.engine.rtc.call_parts import CallParts
from desktop_app.engine.rtc.closing import Closing
from desktop_app.engine.rtc.connection import Connection
from desktop_app.engine.rtc.ready_connections import ReadyConnections
from desktop_app.engine.rtc.relay import Relay
from signaling_server.protocol.messages import IceServer, Mode

CLOSE_WITHIN_S = 1.0
STATISTICS_EVERY_S = 1.0


class CallDesk:
    """Starts and ends calls, one at a time. Belongs to the loop.

    on_needs_changed is called when it may have changed whether packets are wanted.
    """

    def __init__(
        self,
        send: Callable[[messages.Message], None],
        media: CallMedia,
        on_needs_changed: Callable[[], None],
    ) -> None:
        self._send = send
        self._media = media
        self._on_needs_changed = on_needs_changed
        self._closing = Closing()
        self._tasks = TaskScope("calls")
        self._relay = Relay()
        self._ready = ReadyConnections(
            self._relay,
            self._connection_ready,
            lambda problem: send(messages.RelayFailed(problem)),
            self._closing,
        )
        self._addresses = AddressWatch(self._addresses_changed)
        self._mode: Mode | None = None
        self._ice_servers: list[IceServer] = []
        self._call: Call | None = None
        self._call_mode: Mode | None = None
        self._reporting: asyncio.Task[None] | None = None
        self._has_kept = False

    @property
    def may_send_video(self) -> bool:
        return Mode.VIDEO in (self._mode, self._call_mode)

    @property
    def sends_video(self) -> bool:
        return self._call_mode is Mode.VIDEO and self._is_connected

    @property
    def sends_sound(self) -> bool:
        return self._call_mode in (Mode.VIDEO, Mode.VOICE) and self._is_connected

    @property
    def _is_connected(self) -> bool:
        return self._call is not None and self._call.connected

    @property
    def is_behind(self) -> bool:
        """Whether pictures of the call wait to be sent; from any thread."""
        call = self._call
        return call is not None and call.is_behind

    @property
    def goes_first(self) -> bool:
        """Whether a call has just begun, and what can wait should; from any thread."""
        call = self._call
        return call is not None and call.goes_first

    def prepare(self, command: messages.PrepareConnection) -> None:
        self._mode = command.mode
        self._ice_servers = command.ice_servers
        self._relay.use(command.ice_servers, only=command.relay_only)
        if self._call is not None:
            self._call.use_servers(command.ice_servers)
        self._ready.prepare(command)
        self._on_needs_changed()

    def start(self, command: messages.StartCall) -> None:
        self._end_current()
        ready = self._ready.take(command.connection) if command.connection is not None else None
        parts = CallParts(
            self._send,
            self._media,
            self._closing,
            self._relay,
            on_connected=self._on_needs_changed,
            on_over=self._call_over,
        )
        call = Call(command, ready, self._ice_servers, parts)
        self._call, self._call_mode = call, command.mode
        self._on_needs_changed()
        call.begin()
        self._reporting = self._tasks.start(self._report(call), "statistics")

    def take_description(self, command: messages.RemoteDescription) -> None:
        if (call := self._named(command.call)) is not None:
            call.take_description(command)

    def take_candidate(self, command: messages.RemoteCandidate) -> None:
        if (call := self._named(command.call)) is not None:
            call.take_candidate(command)

    def replace(self, command: messages.ReplaceConnection) -> None:
        if (call := self._named(command.call)) is not None:
            call.replace(command.replacement)

    def end(self, command: messages.EndCall) -> None:
        if self._named(command.call) is not None:
            self._end_current()

    def send_text(self, command: messages.SendText) -> None:
        if (call := self._named(command.call)) is not None:
            call.conversation.send_text(command.number, command.text)

    def send_typing(self, command: messages.SendTyping) -> None:
        if (call := self._named(command.call)) is not None:
            call.conversation.send_typing(command.typing)

    def forget_pictures(self) -> None:
        """Send none that waits: the camera is off."""
        if self._call is not None:
            self._call.forget_pictures()

    def tell_state(self) -> None:
        """Tell the stranger whether camera and microphone are on."""
        if self._call is not None:
            self._media.say_state(self._call.conversation)

    def offer_packet(self, kind: str, packet: EncodedPacket, starts_anew: bool) -> None:
        if self._call is not None:
            self._call.offer_packet(kind, packet, starts_anew)

    async def close(self) -> None:
        """End the call and close every connection, in CLOSE_WITHIN_S at most."""
        self._end_current()
        await self._tasks.close()
        await self._addresses.close()
        await self._ready.close()
        await self._closing.finish(CLOSE_WITHIN_S)

    def _named(self, call: str) -> Call | None:
        return self._call if self._call is not None and self._call.id == call else None

    def _connection_ready(self, connection: Connection, offer: str) -> None:
        assert self._mode is not None
        self._keep_what_is_loaded()
        self._send(
            messages.ConnectionReady(connection.id, self._mode, offer, connection.relay_only)
        )

    def _keep_what_is_loaded(self) -> None:
        """Take the libraries out of what the garbage collector looks through, once more.

        Some of them were loaded since the process did so, and this is when the last one is there.
        Beside a quarter of a million objects of theirs what a call leaves behind (closing.py)
        would take a tenth of a second to find.
        """
        if not self._has_kept:
            self._has_kept = True
            gc.freeze()

    def _addresses_changed(self, addresses: tuple[str, ...]) -> None:
        self._relay.forget_deaths()
        self._ready.look_again()
        self._send(messages.AddressesChanged(reachable=bool(addresses)))

    def _end_current(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call.end()
            self._call_over(call.id)

    def _call_over(self, id: str) -> None:
        if self._call is not None and self._call.id == id:
            self._call = None
        self._call_mode = None
        if self._reporting is not None:
            self._reporting.cancel()
        self._media.end()
        self._on_needs_changed()

    async def _report(self, call: Call) -> None:
        figures = CallFigures(call.id, self._media)
        while True:
            await asyncio.sleep(STATISTICS_EVERY_S)
            if (known := await call.statistics()) is not None:
                fields, reception = known
                self._send(figures.statistics(fields, reception, call.traffic, STATISTICS_EVERY_S))
