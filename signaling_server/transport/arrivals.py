"""The TCP connections that have not become a WebSocket yet, none of which may stay for long."""

import asyncio
import ssl
from collections.abc import Callable

from aiohttp import web

from signaling_server.domain.door import Address, Door
from signaling_server.transport.client_address import ProxyTrust, peer_address
from signaling_server.transport.proxy_preamble import ProxyPreamble

Handler = web.RequestHandler
ProtocolFactory = Callable[[], Handler]


class Arrivals:
    """Breaks each new connection off after within_s, unless it has been let in.

    Enough for TLS, a request and its answer: aiohttp itself waits for a request without end, and
    keeps an idle connection for an hour. More than places_max at a time are not answered, nor are
    more than the door takes from one address.
    """

    def __init__(self, within_s: float, places_max: int, trust: ProxyTrust, door: Door) -> None:
        self.within_s = within_s
        self.trust = trust
        self.door = door
        self._places_max = places_max
        self._pending: dict[Handler, _Arrival] = {}

    def watch(
        self, make: ProtocolFactory, tls: ssl.SSLContext | None = None
    ) -> Callable[[], asyncio.BaseProtocol]:
        """Return what makes the same protocols, behind TLS where it is given, and watches each."""

        def arrive() -> asyncio.BaseProtocol:
            if len(self._pending) >= self._places_max:
                return _TurnedAway()
            handler = make()
            arrival = self._pending[handler] = _Arrival(self, handler, tls)
            if not self.trust.reads_preambles:
                return arrival
            return ProxyPreamble(arrival, self.trust.is_proxy, arrival.note_client, self.within_s)

        return arrive

    def let_in(self, handler: Handler) -> Address | None:
        """This one is a WebSocket now and has limits of its own.

        Returns the client's address that a PROXY header named.
        """
        arrival = self._pending.get(handler)
        if arrival is None:
            return None
        arrival.end()
        return arrival.client

    def forget(self, handler: Handler) -> None:
        """This one has become something else, or has gone."""
        self._pending.pop(handler, None)

    def close(self) -> None:
        for arrival in tuple(self._pending.values()):
            arrival.end()


class _Arrival(asyncio.Protocol):
    """Stands between one connection and its handler until that is a WebSocket, or gone."""

    def __init__(self, arrivals: Arrivals, handler: Handler, tls: ssl.SSLContext | None) -> None:
        self._arrivals = arrivals
        self._handler = handler
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.call_later(arrivals.within_s, self._break_off)
        self._transport: asyncio.BaseTransport | None = None
        self._handshake: asyncio.Task[None] | None = None
        self._is_handed_over = False
        self._counted: Address | None = None
        self.client: Address | None = None
        """What a PROXY header said."""

    def note_client(self, address: Address) -> None:
        self.client = address

    def end(self) -> None:
        """Watch no more."""
        self._deadline.cancel()
        self._arrivals.forget(self._handler)
        if self._counted is not None:
            self._arrivals.door.has_arrived(self._counted)
            self._counted = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        peer = self.client or peer_address(transport.get_extra_info("peername"))
        # Of a proxy's connections it is not known yet whose they are.
        if not self._arrivals.trust.is_proxy(peer):
            if not self._arrivals.door.arrive(peer):
                self._break_off()
                return
            self._counted = peer
        if self._tls is None:
            self._hand_over(transport)
        else:
            self._handshake = self._loop.create_task(self._shake_hands(transport, self._tls))

    def data_received(self, data: bytes) -> None:
        self._handler.data_received(data)

    def eof_received(self) -> None:
        self._handler.eof_received()

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self.end()
        if self._is_handed_over:
            self._handler.connection_lost(error)

    async def _shake_hands(self, transport: asyncio.BaseTransport, tls: ssl.SSLContext) -> None:
        try:
            secured = await self._loop.start_tls(
                transport,  # type: ignore[arg-type]  # of a socket, which can be written to
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=self._arrivals.within_s,
            )
        except (OSError, TimeoutError):
            secured = None
        # What we have broken off ourselves may look like a success.
        if secured is None or transport.is_closing():
            self.end()
            transport.abort()  # type: ignore[attr-defined]  # a socket's transport has it
        else:
            self._transport = secured
            self._hand_over(secured)

    def _hand_over(self, transport: asyncio.BaseTransport) -> None:
        self._is_handed_over = True
        self._handler.connection_made(transport)

    def _break_off(self) -> None:
        self.end()
        if self._transport is not None:
            self._transport.abort()  # type: ignore[attr-defined]  # a socket's transport has it


class _TurnedAway(asyncio.Protocol):
    """There are too many arrivals already."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.abort()  # type: ignore[attr-defined]  # a socket's transport has it
