"""One WebSocket of one client: frames in, messages out, never waiting for a slow reader."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from typing import Literal

from aiohttp import ServerTimeoutError, WSMsgType, web
from aiohttp.http import WSMessageNoDecodeText

from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode

CLOSE_WITHIN_S = 2.0
"""A client that has not answered a close by then is cut off."""

log = logging.getLogger(__name__)


class Connection:
    """Sends without waiting: what the socket does not take at once lies in an outbox.

    A reader whose outbox and write buffer hold more than WRITE_BUFFER_MAX_BYTES is dropped.
    """

    def __init__(
        self, socket: "web.WebSocketResponse[Literal[False]]", transport: asyncio.Transport
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._outbox: deque[str] = deque()
        self._outbox_bytes = 0
        self._sending: asyncio.Task[None] | None = None
        self._close_code: CloseCode | None = None
        self._reading: asyncio.Task[object] | None = None

    @property
    def is_open(self) -> bool:
        return self._close_code is None and not self._socket.closed

    @property
    def closed_by_peer(self) -> bool:
        """Whether the socket was ended from the other side, and neither by us nor by silence."""
        silent = isinstance(self._socket.exception(), ServerTimeoutError | TimeoutError)
        return self._close_code is None and not silent

    @property
    def close_code(self) -> int | None:
        """Why the socket was closed, by us or else by aiohttp."""
        return self._socket.close_code if self._close_code is None else self._close_code

    async def frames(self) -> AsyncIterator[bytes | None]:
        """Yield what the client sends until the socket ends; None for a binary frame."""
        while self._close_code is None:
            frame = await self._receive()
            if frame is None or self._close_code is not None:
                return
            if frame.type is WSMsgType.TEXT:
                yield frame.data
            elif frame.type is WSMsgType.BINARY:
                yield None
            else:
                return

    def send(self, frame: str) -> bool:
        """Send a frame, or return False when the socket is closing or its reader too slow."""
        if not self.is_open:
            return False
        waiting_bytes = self._transport.get_write_buffer_size() + self._outbox_bytes
        if waiting_bytes > limits.WRITE_BUFFER_MAX_BYTES:
            self.close(CloseCode.SLOW_READER)
            return False
        self._outbox.append(frame)
        self._outbox_bytes += len(frame)
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send_outbox())
        return True

    def close(self, code: CloseCode) -> None:
        """Let frames end, so that finish closes the socket; later calls do nothing."""
        if self._close_code is None:
            self._close_code = code
            if self._reading is not None:
                self._reading.cancel()

    async def finish(self) -> None:
        """Close the socket once what was sent before is on its way, and wait until it is closed.

        To be called where frames has ended: only there aiohttp waits for the client's answer.
        """
        code = CloseCode.NORMAL if self._close_code is None else self._close_code
        self._close_code = code
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                if self._sending is not None and code is not CloseCode.SLOW_READER:
                    await self._sending
                await self._socket.close(code=code, drain=False)
        except TimeoutError:
            log.debug("a client did not answer the close")
        finally:
            if self._sending is not None:
                self._sending.cancel()
            if self._transport.get_write_buffer_size():
                # An orderly close would wait without end for a reader that reads nothing.
                self._transport.abort()

    async def _receive(self) -> WSMessageNoDecodeText | None:
        """Return the next frame, or None when close is called meanwhile."""
        self._reading = asyncio.current_task()
        try:
            return await self._socket.receive()
        except asyncio.CancelledError:
            if self._close_code is None or self._reading is None:
                raise
            self._reading.uncancel()
            return None
        finally:
            self._reading = None

    async def _send_outbox(self) -> None:
        try:
            while self._outbox:
                frame = self._outbox.popleft()
                self._outbox_bytes -= len(frame)
                await self._socket.send_str(frame)
        except ConnectionError:
            # The receiving end sees the same and ends the connection.
            self._outbox.clear()
            self._outbox_bytes = 0
        finally:
            self._sending = None
