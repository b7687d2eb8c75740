"""What a peer hands to a stranger through the server."""

import msgspec

from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode, ProtocolError

_ROOM_FOR_OTHER_FIELDS_BYTES = 1_024


def refuse_unrelayable(description: str | None) -> None:
    """Raise MALFORMED for a description that fits its own frame but not the stranger's.

    The stranger's frame may carry longer ids and escapes, and an oversized frame would cost
    the stranger its socket.
    """
    if description is None:
        return
    if (
        len(msgspec.json.encode(description))
        > limits.FRAME_MAX_BYTES - _ROOM_FOR_OTHER_FIELDS_BYTES
    ):
        raise ProtocolError(ErrorCode.MALFORMED, "the description is too long once encoded")
