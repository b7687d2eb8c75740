"""/v1/ws: lets a client in, greets it, and passes on what it says within the limits."""

import asyncio
import contextlib
from random import Random
from urllib.parse import urlsplit

from aiohttp import web

from signaling_server.domain.door import Address, Door
from signaling_server.domain.persons import Persons
from signaling_server.observability.logs import logger
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import CallEnd, SessionError
from signaling_server.transport.arrivals import Arrivals
from signaling_server.transport.client_address import ProxyTrust, peer_address
from signaling_server.transport.connection import Connection, Outgoing
from signaling_server.transport.conversation import Conversation, House
from signaling_server.transport.entrance import Entrance
from signaling_server.transport.pulse import Pulse
from signaling_server.transport.upgrade import HandedOver, take_over

_SESSIONS_PER_CONNECTION = 2
"""Away ones included, so that sockets that come and go do not fill the memory."""
_RETRY_WHEN_FULL_S = (5.0, 30.0)
_RETRY_AFTER_DRAIN_S = (1.0, 8.0)
"""Spread, so that everybody does not come back in the same second."""
_FAULTS = frozenset(
    {
        CloseCode.MALFORMED,
        CloseCode.HELLO_TIMEOUT,
        CloseCode.KEY_REFUSED,
        CloseCode.RATE_LIMITED,
        CloseCode.PROTOCOL_FAULT,
        CloseCode.TOO_LARGE,
    }
)
"""Ends of a socket that count against its address."""

log = logger(__name__)


class WebSocketEndpoint:
    """Owns the open connections of /v1/ws."""

    def __init__(
        self,
        house: House,
        door: Door,
        persons: Persons,
        trust: ProxyTrust,
        arrivals: Arrivals,
        random: Random,
    ) -> None:
        self._house = house
        self._door = door
        self._persons = persons
        self._trust = trust
        self._arrivals = arrivals
        self._random = random
        self._open: dict[Connection, Conversation] = {}
        self._closing = False
        self._outgoing = Outgoing()
        config = house.config
        loop = asyncio.get_running_loop()
        self._pulse = Pulse(config.ping_interval_s, config.idle_ping_interval_s, random, loop)
        self._one_gone = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether clients are answered: until drain or close, also where no place is free."""
        return not self._closing

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one client from the upgrade to the end of its socket."""
        if not self._may_connect(request.headers.get("Origin")):
            return web.Response(status=403, text="This page may not connect here.\n")
        connection = await take_over(request, self._outgoing, self._pulse)
        told = self._arrivals.let_in(request.protocol)
        if connection is not None:
            try:
                peer = told or peer_address(connection.get_extra_info("peername"))
                address = self._trust.client_behind(peer, request.headers)
                self._let_in(connection, request, address)
            except Exception:
                # aiohttp does not know the socket any more, and nobody else would end it.
                log.exception("a client could not be let in")
                connection.close(CloseCode.SERVER_FAULT)
        return HandedOver()

    def enforce_bans(self) -> None:
        """Turn out everybody who has been banned meanwhile, those whose socket is away as well."""
        for conversation in tuple(self._open.values()):
            conversation.enforce_bans()
        lobby = self._house.lobby
        for peer in lobby.away():
            if self._house.bans.hold_for(peer.person or None, peer.address):
                self._house.switchboard.deliver(lobby.depart(peer, CallEnd.LEFT))

    async def drain(self, within_s: float) -> None:
        """Let nobody in, and tell every client when and where to come back.

        Returns when all have gone, or after within_s; until then what they say is relayed, so
        that two who have just met can still exchange their descriptions.
        """
        self._say_goodbye(within_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._until_all_have_gone()

    async def close(self) -> None:
        """Close every socket and wait for its end; who has not been told why is told now."""
        self._say_goodbye(0.0)
        for connection in tuple(self._open):
            connection.close(CloseCode.GOING_AWAY)
        await self._until_all_have_gone()
        self._pulse.close()

    def _say_goodbye(self, within_s: float) -> None:
        if self._closing:
            return
        self._closing = True
        for connection in tuple(self._open):
            self._house.switchboard.say(connection, self._goodbye(within_s))

    def _goodbye(self, within_s: float) -> SessionError:
        wait_s = within_s + self._random.uniform(*_RETRY_AFTER_DRAIN_S)
        return SessionError(
            ErrorCode.SHUTTING_DOWN,
            "the server stops",
            retry_after_s=min(round(wait_s, 1), limits.DELAY_MAX_S),
            url=self._house.config.come_back_to,
        )

    async def _until_all_have_gone(self) -> None:
        while self._open:
            self._one_gone.clear()
            await self._one_gone.wait()

    def _let_in(self, connection: Connection, request: web.Request, address: Address) -> None:
        if self._closing:
            self._house.switchboard.say(connection, self._goodbye(0.0))
            connection.close(CloseCode.GOING_AWAY)
        elif self._is_full:
            wait_s = self._random.uniform(*_RETRY_WHEN_FULL_S)
            self._refuse(connection, ErrorCode.SERVER_FULL, CloseCode.SERVER_FULL, wait_s)
        elif wait_s := self._door.enter(address):
            wait_s = min(wait_s * self._random.uniform(1, 2), limits.DELAY_MAX_S)
            self._refuse(connection, ErrorCode.TOO_MANY_CONNECTIONS, CloseCode.RATE_LIMITED, wait_s)
        else:
            self._converse(connection, request, address)

    def _converse(self, connection: Connection, request: web.Request, address: Address) -> None:
        def end() -> None:
            del self._open[connection]
            self._house.metrics.connections.dec()
            self._door.leave(address, at_fault=connection.close_code in _FAULTS)
            self._one_gone.set()

        with contextlib.ExitStack() as on_fault:
            on_fault.callback(self._door.leave, address)
            work_bits = self._door.work_for(address)
            names = self._house.config.host_names
            entrance = Entrance(self._persons, _name_in(request.host), work_bits, names)
            said_there = self._door.said_by(address)
            conversation = Conversation(connection, self._house, entrance, address, said_there, end)
            on_fault.pop_all()
        self._open[connection] = conversation
        self._house.metrics.connections.inc()
        if "challenge" in request.query:
            conversation.challenge()

    @property
    def _is_full(self) -> bool:
        places = self._house.config.max_connections
        return (
            len(self._open) >= places
            or self._house.lobby.sessions >= _SESSIONS_PER_CONNECTION * places
        )

    def _may_connect(self, origin: str | None) -> bool:
        allowed = self._house.config.allowed_origins
        return origin is None or origin in allowed or "*" in allowed

    def _refuse(
        self, connection: Connection, code: ErrorCode, close: CloseCode, wait_s: float
    ) -> None:
        refusal = SessionError(code, _TEXTS[code], retry_after_s=round(wait_s, 1))
        self._house.switchboard.say(connection, refusal)
        connection.close(close)


def _name_in(host: str) -> str:
    """Return the name in a Host header, in lower case and without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


_TEXTS = {
    ErrorCode.SERVER_FULL: "no place is free",
    ErrorCode.TOO_MANY_CONNECTIONS: "too many connections from this address",
}
