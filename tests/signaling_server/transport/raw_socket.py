"""A WebSocket client on a bare TCP stream, for what a well-behaved client cannot do."""

import asyncio
import base64
import os
import socket
import struct
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class RawSocket:
    """Reads nothing unless told to; receive_buffer_bytes bounds what the kernel takes for it."""

    def __init__(self, url: str, receive_buffer_bytes: int | None = None) -> None:
        self._address = urlsplit(url)
        self._receive_buffer_bytes = receive_buffer_bytes

    async def __aenter__(self) -> Self:
        end = socket.socket()
        end.setblocking(False)
        if self._receive_buffer_bytes is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer_bytes)
        port = self._address.port
        await asyncio.get_running_loop().sock_connect(end, (self._address.hostname, port))
        # A small limit, so that what is not asked for stays in the kernel.
        self.reader, self.writer = await asyncio.open_connection(sock=end, limit=1_024)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            f"GET {self._address.path} HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        answer = await self.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in answer, answer
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.writer.transport.abort()

    def send(self, payload: bytes, opcode: int = TEXT, *, final: bool = True) -> None:
        """Write one masked frame."""
        head = bytes([opcode | (0x80 if final else 0)])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 65_536:
            head += struct.pack("!BH", 0x80 | 126, len(payload))
        else:
            head += struct.pack("!BQ", 0x80 | 127, len(payload))
        self.writer.write(head + bytes(4) + payload)

    async def receive(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next frame."""
        opcode, length = await self.reader.readexactly(2)
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return opcode & 0x0F, await self.reader.readexactly(length)

    async def close_code(self) -> int:
        """Read until the server closes, and return its code."""
        while True:
            opcode, payload = await self.receive()
            if opcode == CLOSE:
                return int(struct.unpack("!H", payload[:2])[0])
