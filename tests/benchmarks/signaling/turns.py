"""Several servers that are pressed in turns, a second each: a busy host is as busy for all of them."""

import contextlib
import json
import signal
from collections.abc import AsyncIterator

from tests.benchmarks.signaling import orders, servers


class Turns:
    """A server with its load, which stands still except in its turns."""

    def __init__(self, server: servers.Measured, load: orders.Load) -> None:
        self.dialect = server.dialect
        self._server = server
        self._load = load

    async def take(self) -> orders.Result:
        """Let the server run, and return what the load has counted."""
        self._server.process.send_signal(signal.SIGCONT)
        await self._load.say("go on")
        counted = json.loads(await self._load.line())
        self._server.process.send_signal(signal.SIGSTOP)
        return dict(counted)


@contextlib.asynccontextmanager
async def pressed_in_turns(
    server: servers.Measured, connections: int, active: int, seconds: float
) -> AsyncIterator[Turns]:
    """Connect people, some of whom press next, and stop the server until its first turn."""
    async with orders.load(
        "saturate_in_turns", server, connections=connections, active=active, seconds=seconds
    ) as load:
        await load.line()
        server.process.send_signal(signal.SIGSTOP)
        yield Turns(server, load)
