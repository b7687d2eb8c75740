"""The TCP connections that have not become a WebSocket yet, none of which may stay for long."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from signaling_server.domain.door import Address, Door
from signaling_server.transport.client_address import ProxyTrust, peer_address
from signaling_server.transport.listening import Arriving, Protocols, has_gone
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
        self._pending: set[_Arrival] = set()
        self._by_handler: dict[Handler, _Arrival] = {}

    def watch(self, make: ProtocolFactory) -> Protocols:
        """Return what makes the same protocols and watches each; None for who is not answered.

        It takes the address where that is known before the connection is made.
        """

        def arrive(peer: Address | None) -> Arriving | None:
            if len(self._pending) >= self._places_max:
                return None
            if peer is not None and not self.may_arrive(peer):
                return None
            arrival = _Arrival(self, make, peer)
            self._pending.add(arrival)
            if not self.trust.reads_preambles:
                return arrival
            return ProxyPreamble(arrival, self.trust.is_proxy, arrival.note_client, self.within_s)

        return arrive

    def may_arrive(self, peer: Address) -> bool:
        """Count a connection in. Of a proxy's it is not known yet whose they are."""
        return self.trust.is_proxy(peer) or self.door.arrive(peer)

    def has_arrived(self, peer: Address) -> None:
        """Count it out."""
        if not self.trust.is_proxy(peer):
            self.door.has_arrived(peer)

    def let_in(self, handler: Handler) -> Address | None:
        """This one is a WebSocket now and has limits of its own.

        Returns the client's address that a PROXY header named.
        """
        arrival = self._by_handler.get(handler)
        if arrival is None:
            return None
        arrival.end()
        return arrival.client

    def note(self, handler: Handler, arrival: "_Arrival") -> None:
        """This one is answered by that handler from now on."""
        self._by_handler[handler] = arrival

    def forget(self, handler: Handler | None, arrival: "_Arrival") -> None:
        """This one has become something else, or has gone."""
        self._pending.discard(arrival)
        if handler is not None:
            self._by_handler.pop(handler, None)

    def close(self) -> None:
        for arrival in tuple(self._pending):
            arrival.end()


class _Arrival(Arriving):
    """Stands between one connection and its handler until that is a WebSocket, or gone.

    counted is the address that it has been counted in for already, if it has. The handler is made
    when it has something to answer: one that had no connection would be left to the collector.
    """

    def __init__(self, arrivals: Arrivals, make: ProtocolFactory, counted: Address | None) -> None:
        self._arrivals = arrivals
        self._make = make
        self._handler: Handler | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.call_later(arrivals.within_s, self._break_off)
        self._transport: asyncio.BaseTransport | None = None
        self._counted = counted
        self.client: Address | None = None
        """What a PROXY header said."""

    def note_client(self, address: Address) -> None:
        self.client = address

    def end(self) -> None:
        """Watch no more."""
        self._deadline.cancel()
        self._arrivals.forget(self._handler, self)
        if self._counted is not None:
            self._arrivals.has_arrived(self._counted)
            self._counted = None

    def end_unless_made(self) -> None:
        if self._transport is None:
            self.end()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        if has_gone(transport.get_extra_info("socket").fileno()):
            self._break_off()
            return
        if self._counted is None:
            peer = self.client or peer_address(transport.get_extra_info("peername"))
            if not self._arrivals.may_arrive(peer):
                self._break_off()
                return
            self._counted = peer
        self._handler = handler = self._make()
        self._arrivals.note(handler, self)
        handler.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._handler is not None:
            self._handler.data_received(data)

    def eof_received(self) -> None:
        if self._handler is not None:
            self._handler.eof_received()

    def pause_writing(self) -> None:
        if self._handler is not None:
            self._handler.pause_writing()

    def resume_writing(self) -> None:
        if self._handler is not None:
            self._handler.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self.end()
        if self._handler is not None:
            self._handler.connection_lost(error)

    def _break_off(self) -> None:
        self.end()
        if self._transport is not None:
            self._transport.abort()  # type: ignore[attr-defined]  # a socket's transport has it
