"""One WebSocket to the server: texts both ways, and whether anything still comes over it."""

import asyncio
import contextlib
import socket as sockets

import aiohttp


class WireSocket:
    """Belongs to the loop. Pings of the server are answered while a text is waited for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._heard = 0
        """Counts what has come, pongs included."""

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code

    @property
    def is_here(self) -> bool:
        """Whether this machine still has the address that the socket was opened from."""
        name = self._socket.get_extra_info("sockname")
        if name is None:
            return False
        family = sockets.AF_INET6 if len(name) == 4 else sockets.AF_INET
        with sockets.socket(family, sockets.SOCK_DGRAM) as probe:
            try:
                probe.bind((name[0], 0, *name[2:]))
            except OSError:
                return False
        return True

    async def send(self, text: str) -> None:
        """Send a text frame; raises ConnectionError."""
        try:
            await self._socket.send_str(text)
        except aiohttp.ClientError as error:
            raise ConnectionError from error

    async def text(self) -> str | None:
        """Return the next text frame, None at the end of the socket."""
        while True:
            frame = await self._socket.receive()
            self._heard += 1
            if frame.type is aiohttp.WSMsgType.TEXT:
                return str(frame.data)
            if frame.type is aiohttp.WSMsgType.PING:
                await self._socket.pong(frame.data)
            elif frame.type not in (aiohttp.WSMsgType.PONG, aiohttp.WSMsgType.BINARY):
                return None

    async def answers(self, within_s: float) -> bool:
        """Ping the server, and say whether anything came in this time; text must be waited for."""
        heard = self._heard
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            await self._socket.ping()
        await asyncio.sleep(within_s)
        return self._heard > heard

    async def close(self) -> None:
        await self._socket.close()
