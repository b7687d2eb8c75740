"""/v1/ws: lets a client in, greets it, and passes on what it says within the limits."""

from collections.abc import Callable
from random import Random
from typing import Literal

from aiohttp import web

from signaling_server.config.model import Config
from signaling_server.domain.lobby import Lobby
from signaling_server.observability.metrics import Metrics
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import SessionError
from signaling_server.transport.arrivals import Arrivals
from signaling_server.transport.connection import Connection
from signaling_server.transport.conversation import Conversation
from signaling_server.transport.switchboard import Switchboard

_SESSIONS_PER_CONNECTION = 2
"""Away ones included, so that sockets that come and go do not fill the memory."""
_RETRY_WHEN_FULL_S = (5.0, 30.0)
_RETRY_AFTER_RESTART_S = (1.0, 10.0)
"""Spread, so that everybody does not come back in the same second."""


class WebSocketEndpoint:
    """Owns the open connections of /v1/ws."""

    def __init__(
        self,
        lobby: Lobby,
        switchboard: Switchboard,
        config: Config,
        metrics: Metrics,
        arrivals: Arrivals,
        random: Random,
        clock: Callable[[], float],
    ) -> None:
        self._lobby = lobby
        self._switchboard = switchboard
        self._config = config
        self._metrics = metrics
        self._arrivals = arrivals
        self._random = random
        self._clock = clock
        self._connections: set[Connection] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one client from the upgrade to the end of its socket."""
        if not self._may_connect(request.headers.get("Origin")):
            return web.Response(status=403, text="This page may not connect here.\n")
        socket: web.WebSocketResponse[Literal[False]] = web.WebSocketResponse(
            heartbeat=self._config.ping_interval_s,
            # aiohttp refuses what is as long as the limit.
            max_msg_size=limits.FRAME_MAX_BYTES + 1,
            compress=False,
            decode_text=False,
        )
        await socket.prepare(request)
        self._arrivals.let_in(request.protocol)
        if request.transport is None:
            return socket
        connection = Connection(socket, request.transport)
        if self._is_full:
            self._refuse(connection)
            await connection.finish()
            return socket
        self._connections.add(connection)
        self._metrics.connections.inc()
        try:
            await self._conversation(connection).run()
        finally:
            self._connections.discard(connection)
            self._metrics.connections.dec()
            await connection.finish()
        return socket

    def close(self) -> None:
        """Tell every client that the server stops and when to come back, and let each socket end."""
        for connection in self._connections:
            self._switchboard.say(
                connection,
                SessionError(
                    ErrorCode.SHUTTING_DOWN,
                    "the server stops",
                    retry_after_s=round(self._random.uniform(*_RETRY_AFTER_RESTART_S), 1),
                ),
            )
            connection.close(CloseCode.GOING_AWAY)

    @property
    def _is_full(self) -> bool:
        places = self._config.max_connections
        return (
            len(self._connections) >= places
            or self._lobby.sessions >= _SESSIONS_PER_CONNECTION * places
        )

    def _may_connect(self, origin: str | None) -> bool:
        allowed = self._config.allowed_origins
        return origin is None or origin in allowed or "*" in allowed

    def _refuse(self, connection: Connection) -> None:
        wait_s = round(self._random.uniform(*_RETRY_WHEN_FULL_S), 1)
        self._switchboard.say(
            connection,
            SessionError(ErrorCode.SERVER_FULL, "no place is free", retry_after_s=wait_s),
        )
        connection.close(CloseCode.SERVER_FULL)

    def _conversation(self, connection: Connection) -> Conversation:
        return Conversation(
            connection, self._lobby, self._switchboard, self._config, self._metrics, self._clock
        )
