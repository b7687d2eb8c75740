"""The frames of RFC 6455 as a server reads and writes them, without any socket."""

import struct

# Compiled where aiohttp is, and four times as fast as what Python has to offer.
from aiohttp._websocket.helpers import websocket_mask

from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

_FIN, _RESERVED, _OPCODE, _MASKED, _LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
_WHOLE_TEXT = _FIN | TEXT
_MEDIUM_LENGTH, _LONG_LENGTH = 126, 127
_MASKED_MEDIUM = _MASKED | _MEDIUM_LENGTH
_SHORTEST_BYTES = 6
"""A frame of a client has a head of two and a mask of four at least."""
_CONTROL_MAX_BYTES = 125
_SHORT, _MEDIUM, _LONG = struct.Struct("!BB"), struct.Struct("!BBH"), struct.Struct("!BBQ")
_read_medium = _MEDIUM.unpack_from
_NEVER_SENT = {1_004, 1_005, 1_006}
"""Close codes that only name what was not sent."""


Frame = tuple[int, bytes | bytearray]
"""The opcode and payload of a whole message (TEXT or BINARY), put together where it was fragmented,
or of a control frame."""


class FramingFault(Exception):
    """The client does not keep to RFC 6455; code is what the socket is closed with.

    before is what was read before that.
    """

    def __init__(self, code: CloseCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.before: list[Frame] = []


def head_of(opcode: int, length: int) -> bytes:
    """Return what goes before a payload of so many bytes, not masked, as servers send it."""
    if length <= _CONTROL_MAX_BYTES:
        return _SHORT.pack(_FIN | opcode, length)
    if length < 65_536:
        return _MEDIUM.pack(_FIN | opcode, _MEDIUM_LENGTH, length)
    return _LONG.pack(_FIN | opcode, _LONG_LENGTH, length)


def framed(opcode: int, payload: bytes | bytearray) -> bytes:
    """Return one whole frame of a server."""
    return head_of(opcode, len(payload)) + payload


TEXT_HEADS = tuple(head_of(TEXT, length) for length in range(1_024))
"""The heads of text frames by length, as far as most are long."""


def close_answer(payload: bytes | bytearray) -> bytes:
    """Return what a client's close frame is answered with: its code, if it may be sent.

    RFC 6455, 5.5.1 and 7.4.
    """
    code = int.from_bytes(payload[:2], "big")
    may_be_sent = (1_000 <= code <= 1_014 and code not in _NEVER_SENT) or 3_000 <= code <= 4_999
    if payload and (len(payload) < 2 or not may_be_sent):
        code = CloseCode.PROTOCOL_FAULT
    return code.to_bytes(2, "big") if payload else b""


class FrameReader:
    """Takes bytes as they come and gives frames; holds no more than one message of max_bytes."""

    __slots__ = ("_fragments", "_fragments_bytes", "_max_bytes", "_opcode", "_rest")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rest = b""
        self._opcode = CONTINUATION
        """That of the message whose fragments are being collected; CONTINUATION without any."""
        self._fragments: list[bytearray] = []
        self._fragments_bytes = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are complete now; FramingFault for what may not be sent."""
        if self._rest:
            data = self._rest + data
        frames: list[Frame] = []
        at, end = 0, len(data)
        try:
            while end - at >= _SHORTEST_BYTES:
                # Most messages are of this length, and it does no harm to have read it of others.
                first, second, length = _read_medium(data, at)
                if second == _MASKED_MEDIUM:
                    start = at + 8
                elif second & _LENGTH == _LONG_LENGTH:
                    if end - at < _LONG.size:
                        break
                    length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 14
                else:
                    length, start = second & _LENGTH, at + 6
                is_text = first == _WHOLE_TEXT and self._opcode == CONTINUATION
                if not (is_text and second & _MASKED and length <= self._max_bytes):
                    self._check(first, second, length)
                stop = start + length
                if stop > end:
                    break
                payload = bytearray(data[start:stop])
                websocket_mask(data[start - 4 : start], payload)
                at = stop
                if is_text:
                    frames.append((TEXT, payload))
                else:
                    self._take(first, payload, frames)
            if at == end:
                self._rest = b""
                return frames
            if end - at >= 2:
                self._check(data[at], data[at + 1], 0)
            self._rest = data[at:]
            return frames
        except FramingFault as fault:
            fault.before = frames
            raise

    def _check(self, first: int, second: int, length: int) -> None:
        if not second & _MASKED:
            raise FramingFault(CloseCode.PROTOCOL_FAULT, "a frame is not masked")
        if first & _RESERVED:
            raise FramingFault(CloseCode.PROTOCOL_FAULT, "reserved bits are set")
        if first & _OPCODE >= CLOSE:
            if length > _CONTROL_MAX_BYTES or not first & _FIN:
                raise FramingFault(
                    CloseCode.PROTOCOL_FAULT, "a control frame is long or fragmented"
                )
        elif length + self._fragments_bytes > self._max_bytes:
            raise FramingFault(CloseCode.TOO_LARGE, "a message is too long")

    def _take(self, first: int, payload: bytearray, frames: list[Frame]) -> None:
        """Take a frame that is not a whole text message."""
        opcode = first & _OPCODE
        if opcode in (CLOSE, PING, PONG):
            frames.append((opcode, payload))
            return
        if opcode > BINARY or (opcode == CONTINUATION) != (self._opcode != CONTINUATION):
            raise FramingFault(
                CloseCode.PROTOCOL_FAULT, "a fragment is out of place or of no known kind"
            )
        self._opcode = opcode or self._opcode
        self._fragments.append(payload)
        self._fragments_bytes += len(payload)
        if first & _FIN:
            frames.append((self._opcode, b"".join(self._fragments)))
            self._opcode, self._fragments, self._fragments_bytes = CONTINUATION, [], 0
        elif len(self._fragments) == limits.FRAGMENTS_MAX:
            # Each costs time, however short it is, and only whole messages are counted.
            raise FramingFault(CloseCode.PROTOCOL_FAULT, "a message comes in too many fragments")
