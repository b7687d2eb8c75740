"""Redundant sound (RFC 2198): each packet carries the one before it once more."""

from collections.abc import Iterator

from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_encoder import LONG_FRAME
from desktop_app.engine.playback.voice_stream import VoicePacket

OFFSET_MAX = (1 << 14) - 1
"""Of a timestamp; a third of a second."""
LENGTH_MAX = (1 << 10) - 1
BLOCKS_MAX = 4
"""A stranger may repeat more than one packet; browsers do not go beyond two."""
REPEATED_WITHIN = 2 * LONG_FRAME
"""What lies further back was followed by a pause, and is of no use."""


class RedundantPacker:
    """Stands where aiortc has its encoder, for packets that are encoded already."""

    def __init__(self, opus_payload_type: int) -> None:
        self._payload_type = opus_payload_type
        self._last: tuple[int, bytes] | None = None

    def pack(self, packet: EncodedPacket) -> tuple[list[bytes], int]:
        """Return the payload, and the timestamp at 48 kHz."""
        assert packet.pts is not None
        timestamp, data = packet.pts, bytes(packet)
        before, self._last = self._last, (timestamp, data)
        header, repeated = b"", b""
        if before is not None and 0 < timestamp - before[0] <= REPEATED_WITHIN:
            offset, repeated = timestamp - before[0], before[1]
            if len(repeated) <= LENGTH_MAX:
                described = (0x80 | self._payload_type) << 24 | offset << 10 | len(repeated)
                header = described.to_bytes(4, "big")
            else:
                repeated = b""
        return [header + bytes((self._payload_type,)) + repeated + data], timestamp


def unpack(sequence: int, timestamp: int, payload: bytes) -> Iterator[VoicePacket]:
    """Yield what a redundant packet holds, the oldest first; nothing of a broken one.

    A repeated block is taken to be of the packet so many before this one.
    """
    described: list[tuple[int, int]] = []
    at = 0
    while at < len(payload) and payload[at] & 0x80:
        word = int.from_bytes(payload[at : at + 4], "big")
        described.append((word >> 10 & OFFSET_MAX, word & LENGTH_MAX))
        at += 4
    at += 1
    if len(described) > BLOCKS_MAX or at + sum(length for _, length in described) > len(payload):
        return
    for back, (offset, length) in zip(range(len(described), 0, -1), described, strict=True):
        if length:
            yield VoicePacket(
                (sequence - back) & 0xFFFF,
                (timestamp - offset) & 0xFFFF_FFFF,
                payload[at : at + length],
                repeated=True,
            )
        at += length
    yield VoicePacket(sequence, timestamp, payload[at:])
