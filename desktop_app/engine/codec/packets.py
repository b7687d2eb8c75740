"""The type of an encoded packet: PyAV's is generic for type checkers only.

Its opaque says when the first of what it holds was captured, in ns of time.monotonic_ns.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import av

if TYPE_CHECKING:
    EncodedPacket: TypeAlias = av.Packet[Any]
else:
    EncodedPacket = av.Packet
