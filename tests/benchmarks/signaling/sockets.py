"""Many WebSocket clients in one process, on bare sockets: a library would be the limit."""

import errno
import itertools
import select
import socket
from collections.abc import Callable, Iterable, Iterator

from aiohttp._websocket.helpers import websocket_mask

_BYTES_AT_ONCE = 65_536
_IP_BIND_ADDRESS_NO_PORT = 24  # linux/in.h: the port is chosen at connect
_PER_ADDRESS = 500
"""Clients that share one loopback address, as people behind one router would."""
_MASK = b"\x5a\xa5\x3c\xc3"
"""Not zero, for a server may spare itself the work then."""
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A


class Wire:
    """One client's socket. frames of the server go to `on_frame`, its end to `on_end`."""

    __slots__ = ("_buffer", "_upgraded", "number", "sock")

    def __init__(self, number: int) -> None:
        self.number = number
        self.sock: socket.socket | None = None
        self._buffer = b""
        self._upgraded = False

    def connect(self, port: int) -> socket.socket:
        self._buffer, self._upgraded = b"", False
        self.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
        group = self.number // _PER_ADDRESS
        sock.bind((f"127.1.{group // 250}.{group % 250 + 1}", 0))
        if sock.connect_ex(("127.0.0.1", port)) not in (0, errno.EINPROGRESS):
            raise ConnectionError("the server cannot be reached")
        return sock

    def upgrade(self, path: str) -> None:
        assert self.sock is not None
        self.sock.send(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def send(self, payload: bytes, times: int = 1) -> None:
        """Send a text frame so often in one write; a socket that is full ends by itself."""
        if self.sock is None:
            return  # It has ended while what it brought was handled.
        try:
            self.sock.send(framed(payload) * times)
        except OSError:
            self.close()

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def frames(self) -> Iterable[bytes]:
        """Read once and give the payloads that are complete; ConnectionError at the end.

        b"" stands for the answer to the upgrade.
        """
        assert self.sock is not None
        try:
            received = self.sock.recv(_BYTES_AT_ONCE)
        except BlockingIOError:
            return ()
        except OSError as error:
            raise ConnectionError from error
        if not received:
            raise ConnectionError("closed by the server")
        buffer = self._buffer + received if self._buffer else received
        if self._upgraded:
            return self._parsed(buffer)
        head, end, buffer = buffer.partition(b"\r\n\r\n")
        if not end:
            self._buffer = head
            return ()
        if b" 101 " not in head[:20]:
            raise ConnectionError("refused")
        self._upgraded = True
        return itertools.chain((b"",), self._parsed(buffer))

    def _parsed(self, buffer: bytes) -> Iterator[bytes]:
        at, end = 0, len(buffer)
        while end - at >= 2:
            kind, length, start = buffer[at], buffer[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            if start + length > end or start > end:
                break
            payload = buffer[start : start + length]
            at = start + length
            if kind == TEXT:
                yield payload
            elif kind == PING and self.sock is not None:
                self.sock.send(framed(payload, PONG))
            elif kind == CLOSE:
                raise ConnectionError("closed by the server")
        self._buffer = buffer[at:]


def framed(payload: bytes, kind: int = TEXT) -> bytes:
    """Return a masked frame of less than 64 KiB."""
    length, masked = len(payload), bytearray(payload)
    websocket_mask(_MASK, masked)
    if length < 126:
        head = bytes((kind, 0x80 | length))
    else:
        head = bytes((kind, 0x80 | 126)) + length.to_bytes(2, "big")
    return head + _MASK + masked


class Poller:
    """Waits for sockets and calls what belongs to each."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._handlers: dict[int, Callable[[int], None]] = {}

    def watch(self, sock: socket.socket, events: int, handler: Callable[[int], None]) -> None:
        self._handlers[sock.fileno()] = handler
        self._epoll.register(sock.fileno(), events)

    def watch_instead(
        self, sock: socket.socket, events: int, handler: Callable[[int], None]
    ) -> None:
        self._handlers[sock.fileno()] = handler
        self._epoll.modify(sock.fileno(), events)

    def run_once(self, timeout_s: float) -> None:
        """Handle what is ready, or return after the timeout."""
        handlers = self._handlers
        for number, events in self._epoll.poll(timeout_s, 512):
            handlers[number](events)
