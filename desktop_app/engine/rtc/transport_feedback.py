"""Feedback about every packet of a transport, as bytes (transport-wide-cc-extensions-01).

The receiver says of each number of the RTP header extension when it came, in RTCP packets of
type 205 and format 15; https://datatracker.ietf.org/doc/draft-holmer-rmcat-transport-wide-cc-extensions/
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
PACKET_TYPE, FORMAT = 205, 15
TICK_S = 0.00025
TICKS_OF_REFERENCE = 256
"""The reference time counts 64 ms."""
REFERENCE_BITS = 24
PAUSE_TICKS_MAX = 0x7FFF
"""Between two packets of one message: 8.2 s."""
PACKETS_MAX = 2_000
"""Told of in one message; run lengths could name 65,535 in two bytes each."""
_LOST, _SMALL, _LARGE = 0, 1, 2
_RUN_MIN = 8
_RUN_MAX = (1 << 13) - 1
_SYMBOLS = 7
"""Of two bits in one chunk."""


@dataclass(frozen=True)
class Feedback:
    """From number first on (16 bits): when each packet came, in ticks, None for the lost.

    The ticks count on from an origin of the receiver's and wrap after twelve days.
    """

    first: int
    arrived: tuple[int | None, ...]


class BadFeedback(Exception):
    """Not what the draft describes, or too much of it."""


def read(payload: bytes) -> Feedback:
    """Read what follows the two sources of an RTCP packet."""
    if len(payload) < 8:
        raise BadFeedback("too short")
    first, count, reference = struct.unpack("!HHL", payload[:8])
    if count > PACKETS_MAX:
        raise BadFeedback("too many packets")
    symbols, at = _read_symbols(payload, count)
    ticks = (reference >> 8) * TICKS_OF_REFERENCE
    arrived: list[int | None] = []
    for symbol in symbols:
        if symbol == _LOST:
            arrived.append(None)
            continue
        size = 1 if symbol == _SMALL else 2
        if at + size > len(payload):
            raise BadFeedback("times are missing")
        ticks += int.from_bytes(payload[at : at + size], "big", signed=symbol != _SMALL)
        at += size
        arrived.append(ticks)
    return Feedback(first, tuple(arrived))


def write(feedback: Feedback, number: int, sender: int, source: int) -> bytes:
    """Return an RTCP packet; number counts messages. At least one packet has come.

    No two that follow each other came more than PAUSE_TICKS_MAX apart.

    sender and source are those of RTCP: who reports, and on whom.
    """
    came = [ticks for ticks in feedback.arrived if ticks is not None]
    reference = came[0] // TICKS_OF_REFERENCE
    last = reference * TICKS_OF_REFERENCE
    symbols, times = [], b""
    for ticks in feedback.arrived:
        if ticks is None:
            symbols.append(_LOST)
            continue
        passed, last = ticks - last, ticks
        small = 0 <= passed <= 0xFF
        symbols.append(_SMALL if small else _LARGE)
        passed = max(-PAUSE_TICKS_MAX, min(passed, PAUSE_TICKS_MAX))
        times += passed.to_bytes(1, "big") if small else passed.to_bytes(2, "big", signed=True)
    word = (reference & ((1 << REFERENCE_BITS) - 1)) << 8 | number & 0xFF
    body = struct.pack("!LLHHL", sender, source, feedback.first, len(symbols), word)
    body += b"".join(chunk.to_bytes(2, "big") for chunk in _chunks(symbols)) + times
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes((padding,))
    flags = 0x80 | (0x20 if padding else 0) | FORMAT
    return struct.pack("!BBH", flags, PACKET_TYPE, len(body) // 4) + body


def _read_symbols(payload: bytes, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    at = 8
    while len(symbols) < count:
        if at + 2 > len(payload):
            raise BadFeedback("symbols are missing")
        chunk = int.from_bytes(payload[at : at + 2], "big")
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * min(chunk & _RUN_MAX, count - len(symbols))
            if not chunk & _RUN_MAX:
                raise BadFeedback("an empty run")
        elif chunk & 0x4000:
            symbols += [chunk >> place & 3 for place in range(12, -1, -2)]
        else:
            symbols += [chunk >> place & 1 for place in range(13, -1, -1)]
    return symbols[:count], at


def _chunks(symbols: list[int]) -> Iterator[int]:
    at = 0
    while at < len(symbols):
        run = 1
        while run < _RUN_MAX and at + run < len(symbols) and symbols[at + run] == symbols[at]:
            run += 1
        if run >= _RUN_MIN:
            yield symbols[at] << 13 | run
            at += run
            continue
        chunk = 0xC000
        for place, symbol in enumerate(symbols[at : at + _SYMBOLS]):
            chunk |= symbol << (12 - 2 * place)
        yield chunk
        at += _SYMBOLS
