"""Which connection a peer is at the end of, and what is kept for it while there is none."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.observability.metrics import Metrics
from signaling_server.protocol import limits
from signaling_server.protocol.codec import encode
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    CallEnd,
    Message,
    ServerMessage,
    SessionError,
    SessionId,
    Welcome,
)
from signaling_server.transport.connection import Connection

KEPT_MAX = 64
"""Messages kept for a peer whose socket is away; one more, or more bytes than are kept for a slow
reader, ends its session."""


class Switchboard:
    """Hands the lobby's deliveries to sockets, and wakes the lobby when something is due."""

    def __init__(self, lobby: Lobby, clock: Callable[[], float], metrics: Metrics) -> None:
        self._lobby = lobby
        self._clock = clock
        self._metrics = metrics
        self._connections: dict[SessionId, Connection] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_due = 0.0

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Those who are connected at this moment."""
        return tuple(self._connections.values())

    def attach(self, peer: Peer, connection: Connection, welcome: Welcome) -> None:
        """Make this the peer's connection: welcome, then what was kept for it.

        An older connection of the session that is still there is closed.
        """
        older = self._connections.pop(peer.session, None)
        if older is not None:
            self.say(older, SessionError(ErrorCode.TAKEN_OVER, "the session has a newer socket"))
            older.close(CloseCode.TAKEN_OVER)
        self._connections[peer.session] = connection
        self.say(connection, welcome)
        kept, peer.kept, peer.kept_bytes = peer.kept, [], 0
        self.deliver(Delivery(peer, message) for message in kept)

    def detach(self, peer: Peer, connection: Connection) -> None:
        """Note that the peer's socket is gone, unless a newer one has taken its place."""
        if self._connections.get(peer.session) is connection:
            del self._connections[peer.session]
            self.deliver(self._lobby.socket_lost(peer, closed=connection.closed_by_peer))

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Send each message, or keep it for a peer whose socket is away."""
        pending = deque(deliveries)
        while pending:
            peer, message = pending.popleft()
            connection = self._connections.get(peer.session)
            if connection is not None and self.say(connection, message):
                continue
            if connection is not None:
                del self._connections[peer.session]
                lost = self._lobby.socket_lost(peer, closed=connection.closed_by_peer)
                pending.extend(lost)
            pending.extend(self._keep(peer, message))
        self._set_alarm()

    def say(self, connection: Connection, message: Message) -> bool:
        """Send one message to one connection; False when it does not take any more."""
        if not connection.send(encode(message).encode()):
            return False
        self._metrics.sent[str(message.__struct_config__.tag)] += 1
        if isinstance(message, SessionError):
            self._metrics.errors.labels(message.code).inc()
        return True

    def pass_time(self) -> None:
        """Let the lobby do what is due now; called by the alarm."""
        self.deliver(self._lobby.pass_time())

    def close(self) -> None:
        """Set no more alarms."""
        if self._alarm is not None:
            self._alarm.cancel()

    def _keep(self, peer: Peer, message: ServerMessage) -> list[Delivery]:
        peer.kept_bytes += len(encode(message))
        if len(peer.kept) < KEPT_MAX and peer.kept_bytes <= limits.WRITE_BUFFER_MAX_BYTES:
            peer.kept.append(message)
            return []
        return self._lobby.depart(peer, CallEnd.LOST)

    def _set_alarm(self) -> None:
        due = self._lobby.next_due()
        if due is None or (self._alarm is not None and self._alarm_due <= due):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_due = due
        delay_s = max(0.0, due - self._clock())
        self._alarm = asyncio.get_running_loop().call_later(delay_s, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self.pass_time()
