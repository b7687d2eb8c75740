"""One WebSocket of one client: frames in, messages out, never waiting for a slow reader.

aiohttp answers the upgrade and hands the transport over. Its own WebSocket costs a task for each
connection and several wake-ups for each message, which is half of what a busy server does
(docs/decisions/0008-own-websocket.md).
"""

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any

from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode
from signaling_server.transport.framing import (
    CLOSE,
    PING,
    PONG,
    TEXT,
    TEXT_HEADS,
    FrameReader,
    FramingFault,
    close_answer,
    framed,
    head_of,
)
from signaling_server.transport.pulse import Pulse

_HEADS = len(TEXT_HEADS)
_HEAD_MAX_BYTES = 10
"""Of a frame that is not masked."""
CLOSE_WITHIN_S = 2.0
"""A client that has not answered a close by then is cut off."""
_READ_AT_ONCE_BYTES = 16_384
"""So much is read before it is looked whether the socket has been closed for that."""
_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER: close at once, whatever has not been read."""


class Outgoing:
    """The connections that have something to write, all of which is written in one go.

    What is sent to one socket in one turn of the loop, such as three candidates that came
    together, then costs one system call; and the other end, which a write may wake, is read from
    only after everybody has been written to.
    """

    def __init__(self) -> None:
        self._connections: list[Connection] = []

    def add(self, connection: "Connection") -> None:
        if not self._connections:
            asyncio.get_running_loop().call_soon(self._flush)
        self._connections.append(connection)

    def _flush(self) -> None:
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.flush()


class Connection(asyncio.Protocol):
    """Sends without waiting: what the socket does not take at once lies in its write buffer.

    A reader for whom more than WRITE_BUFFER_MAX_BYTES wait, beside what it has missed, is
    dropped. on_frame is called with each text frame, with None for a binary one, on_ping with
    each ping and each pong that was not asked for, and on_end once, when the socket is gone.
    """

    __slots__ = (
        "_after_close_bytes",
        "_asked",
        "_awaits_pong",
        "_buffer_max_bytes",
        "_close_code",
        "_heard",
        "_is_awaited",
        "_on_end",
        "_on_frame",
        "_on_ping",
        "_on_pong",
        "_outgoing",
        "_pulse",
        "_quiet",
        "_reader",
        "_silent",
        "_step",
        "_timer",
        "_transport",
        "_unwritten",
        "_waiting_bytes",
    )

    def __init__(self, transport: asyncio.Transport, outgoing: Outgoing, pulse: Pulse) -> None:
        self._transport = transport
        self._outgoing = outgoing
        self._pulse = pulse
        self._unwritten: list[bytes] = []
        self._waiting_bytes = 0
        """So many at most are unwritten or wait in the transport: what has been sent since that was
        last looked at."""
        self._buffer_max_bytes = limits.WRITE_BUFFER_MAX_BYTES
        self._reader: FrameReader | None = FrameReader(limits.FRAME_MAX_BYTES)
        self._on_frame: Callable[[bytes | bytearray | None], None] = lambda frame: None  # noqa: ARG005 - nobody listens
        self._on_ping: Callable[[], None] = lambda: None
        self._on_pong: Callable[[], None] = lambda: None
        self._on_end: Callable[[], None] = lambda: None
        self._is_awaited: Callable[[], bool] = lambda: True
        self._close_code: int | None = None
        self._after_close_bytes = 0
        """What has come since we closed the socket."""
        self._heard = True
        self._quiet = 0
        """Beats of the pulse since it was heard."""
        self._asked = False
        self._awaits_pong = False
        self._silent = False
        self._timer: asyncio.TimerHandle | None = None
        self._step = pulse.add(self)

    def listen(
        self,
        on_frame: Callable[[bytes | bytearray | None], None],
        on_end: Callable[[], None],
        on_ping: Callable[[], None] = lambda: None,
        is_awaited: Callable[[], bool] = lambda: True,
    ) -> None:
        """Say who takes what the client sends; before that frames are passed over.

        is_awaited tells whether somebody should learn soon that the client is gone.
        """
        self._on_frame, self._on_end, self._on_ping = on_frame, on_end, on_ping
        self._is_awaited = is_awaited

    def get_extra_info(self, name: str) -> Any:
        """Return what the transport knows of itself, as asyncio names it."""
        return self._transport.get_extra_info(name)

    @property
    def is_open(self) -> bool:
        return self._close_code is None and not self._transport.is_closing()

    @property
    def closed_by_peer(self) -> bool:
        """Whether the socket was ended from the other side, and neither by us nor by silence."""
        return self._close_code is None and not self._silent

    @property
    def close_code(self) -> int | None:
        """What we have closed the socket with, if we have."""
        return self._close_code

    def send(self, frame: bytes) -> bool:
        """Send a text frame, or return False when the socket is closing or its reader too slow."""
        # What is sent in one turn of the loop goes the same way, so the transport is asked once.
        if self._close_code is not None or (not self._unwritten and self._transport.is_closing()):
            return False
        if self._waiting_bytes > self._buffer_max_bytes and self._is_slow():
            self.close(CloseCode.SLOW_READER)
            return False
        length, unwritten = len(frame), self._unwritten
        if not unwritten:
            self._outgoing.add(self)
        unwritten.append(TEXT_HEADS[length] if length < _HEADS else head_of(TEXT, length))
        unwritten.append(frame)
        self._waiting_bytes += length + _HEAD_MAX_BYTES
        return True

    def ask(self, on_answer: Callable[[], None]) -> None:
        """Ping the client; on_answer is called when it has read all that was sent before."""
        if self.is_open:
            self._awaits_pong, self._on_pong = True, on_answer
            self._write(framed(PING, b""))

    def send_missed(self, frames: Iterable[bytes]) -> None:
        """Send text frames that were kept for this client, however many bytes they are."""
        if not self.is_open:
            return
        for frame in frames:
            self._buffer_max_bytes += len(frame)
            self._write(framed(TEXT, frame))

    def flush(self) -> None:
        """Hand what has been sent to the transport; called once a turn of the loop at most."""
        data, transport = b"".join(self._unwritten), self._transport
        self._unwritten.clear()
        if data and not transport.is_closing():
            transport.write(data)

    def close(self, code: int) -> None:
        """Close the socket once what was sent before is on its way; later calls do nothing.

        It ends when the client answers, or after CLOSE_WITHIN_S.
        """
        if self._close_code is not None:
            return
        self._close_code = code
        if self._transport.is_closing():
            # Whoever began that has set the time for its end.
            return
        self._stop_timers()
        self._write(framed(CLOSE, struct.pack("!H", code)))
        self._end_soon()

    def beat(self) -> None:
        """Ask a client that has been silent for long whether it is there; give up who was asked."""
        if self._heard:
            self._heard = self._asked = False
            self._quiet = 0
        elif self._asked:
            self._silent = True
            self._stop_timers()
            self._cut_off()
        else:
            self._quiet += 1
            if self._quiet >= self._pulse.idle_beats or self._is_awaited():
                self._asked = self._awaits_pong = True
                if not self._transport.is_closing():
                    self._write(framed(PING, b""))

    # --- called by the loop --------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if len(data) <= _READ_AT_ONCE_BYTES:
            self._read(data)
        else:
            for start in range(0, len(data), _READ_AT_ONCE_BYTES):
                self._read(data[start : start + _READ_AT_ONCE_BYTES])

    def _read(self, data: bytes) -> None:
        if self._close_code is not None:
            # What was under way, and the answer to our close.
            self._after_close_bytes += len(data)
            if self._after_close_bytes > limits.FRAME_MAX_BYTES:
                self._reader = None
                self._transport.pause_reading()
        if self._reader is None:
            return
        fault = None
        try:
            frames = self._reader.feed(data)
        except FramingFault as found:
            frames, fault = found.before, found
        for opcode, payload in frames:
            if opcode == TEXT:
                if self._close_code is None:
                    self._on_frame(payload)
            elif opcode == CLOSE:
                self._take_close(payload)
                return
            elif self._close_code is None:
                self._take_other(opcode, payload)
        if fault is not None:
            self.close(fault.code)
            # What follows in the stream makes no sense any more, but is read, so that the
            # client gets to see why.
            self._reader = None

    def eof_received(self) -> None:
        """The client says no more; the transport closes once what was sent is on its way."""
        self.flush()
        if self._timer is None:
            self._end_soon()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - a protocol's signature
        self._stop_timers()
        on_end, self._on_end = self._on_end, lambda: None
        self._on_frame = lambda frame: None  # noqa: ARG005 - nobody listens
        self._on_ping = self._on_pong = lambda: None
        self._is_awaited = lambda: True
        on_end()

    def _take_other(self, opcode: int, payload: bytes | bytearray) -> None:
        if opcode == PING:
            self._on_ping()
            if self.is_open and not self._is_slow():
                self._write(framed(PONG, payload))
        elif opcode == PONG:
            asked_for, self._awaits_pong = self._awaits_pong, False
            if asked_for:
                on_pong, self._on_pong = self._on_pong, lambda: None
                on_pong()
            else:
                self._on_ping()
        else:
            self._on_frame(None)

    def _take_close(self, payload: bytes | bytearray) -> None:
        """Close the transport, in time even where it waits for a reader that reads nothing."""
        self._reader = None
        if self._close_code is None and not self._transport.is_closing():
            self._write(framed(CLOSE, close_answer(payload)))
        self.flush()
        self._transport.close()
        self._stop_timers()
        self._end_soon()

    def _write(self, data: bytes) -> None:
        if not self._unwritten:
            self._outgoing.add(self)
        self._unwritten.append(data)
        self._waiting_bytes += len(data)

    def _is_slow(self) -> bool:
        """Look at how much waits, and return whether that is more than a reader may leave."""
        in_transport = self._transport.get_write_buffer_size()
        self._waiting_bytes = in_transport + sum(map(len, self._unwritten))
        return self._waiting_bytes > self._buffer_max_bytes

    def _end_soon(self) -> None:
        """Cut the socket off if it has not ended by then."""
        self._timer = asyncio.get_running_loop().call_later(CLOSE_WITHIN_S, self._cut_off)

    def _cut_off(self) -> None:
        """End the socket, and keep nothing of it in the kernel for a client that does not read."""
        with contextlib.suppress(OSError):
            self._transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, _RESET
            )
        self._transport.abort()

    def _stop_timers(self) -> None:
        self._pulse.discard(self, self._step)
        if self._timer is not None:
            self._timer.cancel()
