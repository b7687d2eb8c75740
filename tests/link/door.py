"""A way from this machine to a loopback port of a node."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.link.network import Node


@contextlib.asynccontextmanager
async def door_to(node: Node, port: int) -> AsyncIterator[int]:
    """Pass what comes to a loopback port of ours on to that one of the node, and yield ours."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside = node.open_socket()
        inside.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(inside, ("127.0.0.1", port))
            far_reader, far_writer = await asyncio.open_connection(sock=inside)
        except OSError:
            inside.close()
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    door = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    try:
        yield door.sockets[0].getsockname()[1]
    finally:
        door.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
