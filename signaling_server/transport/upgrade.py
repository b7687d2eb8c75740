"""From an HTTP request to a WebSocket of our own: aiohttp answers, and lets the transport go."""

from typing import Any

from aiohttp import ClientConnectionResetError, web
from aiohttp.abc import AbstractStreamWriter

from signaling_server.transport.connection import Connection, Outgoing
from signaling_server.transport.pulse import Pulse


class HandedOver(web.StreamResponse):
    """What a handler returns whose transport is aiohttp's no more: nothing is written."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002 - aiohttp's signature
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        pass


async def take_over(request: web.Request, outgoing: Outgoing, pulse: Pulse) -> Connection | None:
    """Answer the upgrade and return the connection; None when the client has gone meanwhile.

    Raises aiohttp's HTTPException for a request that is no upgrade to a WebSocket.
    """
    try:
        await web.WebSocketResponse(compress=False).prepare(request)
    except ClientConnectionResetError:
        return None
    transport = request.transport
    if transport is None:
        return None
    connection = Connection(transport, outgoing, pulse)
    transport.set_protocol(connection)
    handler: Any = request.protocol
    handler.transport = None  # or it would close it
    handler.connection_lost(None)
    return connection
