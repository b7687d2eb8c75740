"""The TCP connections that have not become a WebSocket yet, none of which may stay for long."""

import asyncio
from collections.abc import Callable

from aiohttp import web

ProtocolFactory = Callable[[], web.RequestHandler]


class Arrivals:
    """Breaks each new connection off after within_s, unless it has been let in.

    Enough for a request and its answer: aiohttp itself waits for a request without end, and
    keeps an idle connection for an hour.
    """

    def __init__(self, within_s: float) -> None:
        self.within_s = within_s
        self._deadlines: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}

    def watch(self, make: ProtocolFactory) -> ProtocolFactory:
        """Return what makes the same protocols and watches over each."""

        def arrive() -> web.RequestHandler:
            arrival = make()
            loop = asyncio.get_running_loop()
            self._deadlines[arrival] = loop.call_later(self.within_s, self._break_off, arrival)
            return arrival

        return arrive

    def let_in(self, arrival: asyncio.BaseProtocol) -> None:
        """This one is a WebSocket now and has limits of its own."""
        if (deadline := self._deadlines.pop(arrival, None)) is not None:
            deadline.cancel()

    def close(self) -> None:
        for deadline in self._deadlines.values():
            deadline.cancel()
        self._deadlines.clear()

    def _break_off(self, arrival: web.RequestHandler) -> None:
        del self._deadlines[arrival]
        if arrival.transport is not None:
            arrival.transport.abort()
