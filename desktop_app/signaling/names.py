"""Looking up a server's name, over a network that may be gone."""

import asyncio
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from desktop_app.core import TaskScope

WITHIN_S = 1.0
"""After that the address from before is good enough, if there is one."""


class Names(AbstractResolver):
    """Asks for a name once at a time, and goes on with what it was before when nobody answers."""

    def __init__(self) -> None:
        self._tasks = TaskScope("names")
        self._known: dict[tuple[str, int], list[ResolveResult]] = {}
        self._asking: dict[tuple[str, int], asyncio.Task[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a name. OSError when there is none."""
        place = (host, port)
        asking = self._asking.get(place)
        if asking is None or asking.done():
            asking = self._tasks.start(_ask(host, port, family), "look-up")
            self._asking[place] = asking
        known = self._known.get(place)
        # An answer that takes long is waited for by those who know nothing else.
        found, _ = await asyncio.wait({asking}, timeout=WITHIN_S if known else None)
        addresses = asking.result() if found else []
        if addresses:
            self._known[place] = addresses
        elif known is None:
            raise OSError(f"{host} is not known")
        return addresses or self._known[place]

    async def close(self) -> None:
        await self._tasks.close()


async def _ask(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """Return nothing when the name has no address, or nobody can be asked."""
    try:
        return await ThreadedResolver().resolve(host, port, family)
    except OSError:
        return []
