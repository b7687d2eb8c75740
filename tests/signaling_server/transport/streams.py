"""What comes of a stream that a client has written, however it is cut."""

from collections.abc import Sequence

from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode
from signaling_server.transport.framing import Frame, FrameReader, FramingFault


def frames_in(pieces: Sequence[bytes]) -> tuple[list[Frame], CloseCode | None]:
    """Return the frames of a stream, and what it is closed with where it may not be sent."""
    reader, read = FrameReader(limits.FRAME_MAX_BYTES), list[Frame]()
    for piece in pieces:
        try:
            read += reader.feed(piece)
        except FramingFault as fault:
            return read + fault.before, fault.code
    return read, None
