"""The type of an encoded packet: PyAV's is generic for type checkers only."""

from typing import TYPE_CHECKING, Any, TypeAlias

import av

if TYPE_CHECKING:
    EncodedPacket: TypeAlias = av.Packet[Any]
else:
    EncodedPacket = av.Packet
