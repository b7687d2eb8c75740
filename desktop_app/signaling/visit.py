"""A socket to a server and the first words on it: all that needs aiohttp.

The client imports this when it first goes to a server, on a thread: with what it imports in its
turn, it takes as long as everything else before the first window.
"""

import contextlib
import ssl
from collections.abc import AsyncIterator

import aiohttp
import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401 - for the keys, on this thread

from desktop_app.signaling.address import ServerAddress
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.continuation import Continuation
from desktop_app.signaling.greeting import greet
from desktop_app.signaling.http import PROXY_FAILURES, open_http
from desktop_app.signaling.link import LinkProblem
from desktop_app.signaling.names import Names
from desktop_app.signaling.opening import open_socket
from desktop_app.signaling.proxy import FindProxy
from desktop_app.signaling.refusal import Refused
from desktop_app.signaling.wire_socket import WireSocket
from desktop_app.trust import tls_context
from signaling_server.protocol.messages import Welcome


class Visitor:
    """Goes to servers, one after another; belongs to the loop."""

    def __init__(self, keys: KeyRing | None, find_proxy: FindProxy) -> None:
        self._keys = keys
        self._find_proxy = find_proxy
        self._names = Names()

    @contextlib.asynccontextmanager
    async def socket_to(self, address: ServerAddress) -> AsyncIterator[WireSocket]:
        """A socket that is closed with the context; raises Refused where there is none."""
        tls: ssl.SSLContext | None = tls_context() if address.secure else None
        times = aiohttp.ClientTimeout(total=None)
        try:
            opening = await open_http(address, self._find_proxy, times, self._names)
        except PROXY_FAILURES as error:
            raise Refused(LinkProblem.PROXY) from error
        async with opening as http:
            socket = WireSocket(await open_socket(http, address, tls))
            try:
                yield socket
            finally:
                await socket.close()

    async def greet(
        self, socket: WireSocket, address: ServerAddress, continuation: Continuation
    ) -> Welcome:
        """Say hello, and return the welcome, or raise Refused."""
        return await greet(socket, address, self._keys, continuation)

    async def close(self) -> None:
        await self._names.close()
