"""A way to a server over HTTP: straight, or through the proxy of the system's settings."""

import asyncio
import socket
from contextvars import ContextVar

import aiohttp
from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from desktop_app.signaling.address import ServerAddress
from desktop_app.signaling.proxy import FindProxy

PROXY_FAILURES = (ProxyConnectionError, ProxyError, ProxyTimeoutError)
"""What a request through a proxy raises when the proxy is not there or does not let it pass."""

opened_sockets: ContextVar[list[socket.socket]] = ContextVar("opened_sockets")
"""Where it is set, the sockets that the direct way has taken in this context."""


async def open_http(
    address: ServerAddress,
    find_proxy: FindProxy,
    times: aiohttp.ClientTimeout,
    names: AbstractResolver | None = None,
) -> aiohttp.ClientSession:
    """Return a client whose requests to the server take the right way; ProxyError when there is none.

    names looks up the server's, where nothing else is asked to. The caller closes it.
    """
    return await open_http_to(address.health_url, find_proxy, times, names)


async def open_http_to(
    url: str,
    find_proxy: FindProxy,
    times: aiohttp.ClientTimeout,
    names: AbstractResolver | None = None,
) -> aiohttp.ClientSession:
    """The same for any http or https address."""
    proxy = await asyncio.to_thread(find_proxy, url)
    if proxy is None:
        direct = aiohttp.TCPConnector(
            resolver=names, use_dns_cache=names is None, socket_factory=_open_socket
        )
        return aiohttp.ClientSession(connector=direct, timeout=times)
    try:
        connector = ProxyConnector.from_url(proxy)
    except ValueError as error:
        raise ProxyError("the proxy's address cannot be used") from error
    return aiohttp.ClientSession(connector=connector, timeout=times)


def _open_socket(address: AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = address
    opened = socket.socket(family, kind, protocol)
    opened_sockets.get([]).append(opened)
    return opened


async def read_body(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Return the body to its end, or as much of it as max_bytes."""
    body = b""
    while piece := await answer.content.read(max_bytes - len(body)):
        body += piece
    return body
