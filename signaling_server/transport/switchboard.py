"""Which connection a peer is at the end of, and what is told again over its next one."""

import asyncio
from collections.abc import Callable

from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.observability.metrics import Metrics
from signaling_server.protocol.codec import encode_utf8
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    CallEnd,
    Message,
    ServerMessage,
    SessionError,
    SessionId,
    SessionOnline,
    Welcome,
)
from signaling_server.protocol.unacknowledged import COUNTED
from signaling_server.transport.connection import Connection


class Switchboard:
    """Hands the lobby's deliveries to sockets, and wakes the lobby when something is due."""

    def __init__(self, lobby: Lobby, clock: Callable[[], float], metrics: Metrics) -> None:
        self._lobby = lobby
        self._clock = clock
        self._metrics = metrics
        self._connections: dict[SessionId, Connection] = {}
        self._newcomers: dict[Connection, SessionOnline] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_due = 0.0
        lobby.wake(self._set_alarm)
        self.tell_elsewhere: Callable[[Peer, ServerMessage], None] = _nobody_is_elsewhere
        """Takes what a peer is told that another server has, or had a moment ago."""

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Those who are connected at this moment."""
        return tuple(self._connections.values())

    def take_newcomers(self) -> dict[Connection, SessionOnline]:
        """Return who was welcomed since the last time, and what the welcome said of all."""
        newcomers, self._newcomers = self._newcomers, {}
        return newcomers

    def attach(
        self, peer: Peer, connection: Connection, welcome: Welcome, first: list[Delivery]
    ) -> None:
        """Make this the peer's connection: welcome, first, then what it has not heard.

        An older connection of the session that is still there is closed.
        """
        self.let_go(peer)
        self._connections[peer.session] = connection
        self._newcomers[connection] = SessionOnline(welcome.online, welcome.likely_wait_s)
        self.say(connection, welcome)
        for _, message in first:
            self.say(connection, message)
        connection.send_missed(peer.unheard.frames)
        if not peer.acknowledges:
            peer.unheard.clear()

    def let_go(self, peer: Peer) -> None:
        """Close the socket, if there is one, of a session that goes on over a newer one."""
        older = self._connections.pop(peer.session, None)
        if older is not None:
            self.say(older, SessionError(ErrorCode.TAKEN_OVER, "the session has a newer socket"))
            older.close(CloseCode.TAKEN_OVER)

    def detach(self, peer: Peer, connection: Connection) -> None:
        """Note that the peer's socket is gone, unless a newer one has taken its place."""
        self._newcomers.pop(connection, None)
        if self._connections.get(peer.session) is connection:
            del self._connections[peer.session]
            self.deliver(self._lobby.socket_lost(peer, closed=connection.closed_by_peer))

    def deliver(self, deliveries: list[Delivery]) -> None:
        """Send each message, or keep it for a peer whose socket is away.

        What follows from a delivery is appended to the list, and delivered in its turn.
        """
        connections, sent = self._connections, self._metrics.sent
        for peer, message in deliveries:
            if peer.node is not None or peer.is_settling:
                self.tell_elsewhere(peer, message)
                continue
            kind, frame = type(message), encode_utf8(message)
            connection = connections.get(peer.session)
            said = connection is not None and connection.send(frame)
            if said:
                # As say does, and in place: this is done for every message.
                sent[kind] += 1
                if type(message) is SessionError:
                    self._metrics.refused(message.code)
            elif connection is not None:
                del connections[peer.session]
                deliveries += self._lobby.socket_lost(peer, closed=connection.closed_by_peer)
            if kind not in COUNTED or (said and not peer.acknowledges):
                continue
            if not peer.unheard.add(frame):
                if said and connection is not None:
                    connection.close(CloseCode.SLOW_READER)
                deliveries += self._lobby.depart(peer, CallEnd.LOST)

    def say(self, connection: Connection, message: Message) -> None:
        """Send one message to one connection, if it takes any more."""
        if connection.send(encode_utf8(message)):
            self._metrics.sent[type(message)] += 1
            if type(message) is SessionError:
                self._metrics.refused(message.code)

    def pass_time(self) -> None:
        """Let the lobby do what is due now; called by the alarm."""
        try:
            self.deliver(self._lobby.pass_time())
        finally:
            # After a fault as well: nobody's wait would end any more without an alarm.
            due = self._lobby.next_due()
            if due is not None:
                self._set_alarm(due)

    def close(self) -> None:
        """Set no more alarms."""
        if self._alarm is not None:
            self._alarm.cancel()

    def _set_alarm(self, due: float) -> None:
        if self._alarm is not None and self._alarm_due <= due:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_due = due
        delay_s = max(0.0, due - self._clock())
        self._alarm = asyncio.get_running_loop().call_later(delay_s, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self.pass_time()


def _nobody_is_elsewhere(peer: Peer, message: ServerMessage) -> None:
    raise AssertionError(f"{peer.session} is said to be elsewhere: {type(message).__name__}")
