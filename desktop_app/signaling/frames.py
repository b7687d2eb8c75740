"""What the frames of a server say, and what an older client does with those of a newer one."""

import logging

from signaling_server.protocol.codec import decode_server
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import ServerMessage
from signaling_server.protocol.unacknowledged import is_of_session

log = logging.getLogger(__name__)


def decoded(frame: str | None) -> ServerMessage | None:
    """Return the message of a frame, None for one that is none, which the log then tells."""
    if frame is None:
        return None
    try:
        return decode_server(frame)
    except ProtocolError as error:
        log.warning("frame from the server ignored: %s", error.code)
        return None


def is_counted_although_unknown(frame: str) -> bool:
    """Whether only a newer client knows the message, which both ends count all the same."""
    try:
        decode_server(frame)
    except ProtocolError as error:
        return error.code is ErrorCode.UNKNOWN_TYPE and not is_of_session(error.about)
    return False
