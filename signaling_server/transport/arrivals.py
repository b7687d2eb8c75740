"""The TCP connections that have not become a WebSocket yet, none of which may stay for long."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from signaling_server.domain.door import Address
from signaling_server.transport.client_address import ProxyTrust
from signaling_server.transport.proxy_preamble import ProxyPreamble

Handler = web.RequestHandler
ProtocolFactory = Callable[[], Handler]


class Arrivals:
    """Breaks each new connection off after within_s, unless it has been let in.

    Enough for a request and its answer: aiohttp itself waits for a request without end, and
    keeps an idle connection for an hour. More than places_max at a time are not answered.
    """

    def __init__(self, within_s: float, places_max: int, trust: ProxyTrust) -> None:
        self.within_s = within_s
        self._places_max = places_max
        self._trust = trust
        self._deadlines: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}
        self._clients: dict[asyncio.BaseProtocol, Address] = {}
        """What PROXY headers said."""

    def watch(self, make: ProtocolFactory) -> Callable[[], asyncio.BaseProtocol]:
        """Return what makes the same protocols and watches over each."""

        def arrive() -> asyncio.BaseProtocol:
            if len(self._deadlines) >= self._places_max:
                return _TurnedAway()
            arrival = make()
            loop = asyncio.get_running_loop()
            self._deadlines[arrival] = loop.call_later(self.within_s, self._break_off, arrival)
            if not self._trust.reads_preambles:
                return arrival
            return ProxyPreamble(
                arrival, self._trust.is_proxy, self._clients.__setitem__, self.within_s
            )

        return arrive

    def let_in(self, arrival: asyncio.BaseProtocol) -> Address | None:
        """This one is a WebSocket now and has limits of its own.

        Returns the client's address that a PROXY header named.
        """
        if (deadline := self._deadlines.pop(arrival, None)) is not None:
            deadline.cancel()
        return self._clients.pop(arrival, None)

    def close(self) -> None:
        for deadline in self._deadlines.values():
            deadline.cancel()
        self._deadlines.clear()

    def _break_off(self, arrival: Handler) -> None:
        del self._deadlines[arrival]
        self._clients.pop(arrival, None)
        if arrival.transport is not None:
            arrival.transport.abort()


class _TurnedAway(asyncio.Protocol):
    """There are too many arrivals already."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.abort()  # type: ignore[attr-defined]  # a socket's transport has it
