"""Frames to messages and back."""

from collections.abc import Callable
from typing import TypeVar, get_args

import msgspec

from signaling_server.protocol import limits
from signaling_server.protocol.channel import CHANNEL_MESSAGE_MAX_BYTES, ChannelMessage
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import ClientMessage, Message, ServerMessage

_M = TypeVar("_M")

_encoder = msgspec.json.Encoder()
_client_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_channel_decoder: msgspec.json.Decoder[ChannelMessage] = msgspec.json.Decoder(ChannelMessage)


class _Tag(msgspec.Struct):
    type: str


_tag_decoder = msgspec.json.Decoder(_Tag)


def _tags(union: object) -> frozenset[str]:
    return frozenset(member.__struct_config__.tag for member in get_args(union))


CLIENT_TYPES = _tags(ClientMessage)
SERVER_TYPES = _tags(ServerMessage)
CHANNEL_TYPES = _tags(ChannelMessage)


def encode(message: Message) -> str:
    """Return the text frame for a message."""
    return _encoder.encode(message).decode()


encode_utf8: Callable[[Message], bytes] = _encoder.encode
"""Return the same frame as bytes."""


UNREADABLE = (ValueError, RecursionError)
"""What is raised by reading: msgspec's errors and the UnicodeDecodeError of bad UTF-8, or too deep."""


def _reading(
    decode: Callable[[str | bytes | bytearray], _M], known: frozenset[str], max_bytes: int
) -> Callable[[str | bytes | bytearray], _M]:
    def read(frame: str | bytes | bytearray) -> _M:
        if len(frame) > max_bytes:
            raise ProtocolError(ErrorCode.MALFORMED, f"longer than {max_bytes} bytes")
        try:
            return decode(frame)
        except UNREADABLE as error:
            raise _refusal(frame, known, error) from error

    return read


parse_client: Callable[[str | bytes | bytearray], ClientMessage] = _client_decoder.decode
"""Return the message in a frame that is not too long; what it raises is said by client_refusal."""


def client_refusal(frame: str | bytes | bytearray, error: Exception) -> ProtocolError:
    """Return why a frame that parse_client has not read is refused."""
    return _refusal(frame, CLIENT_TYPES, error)


decode_client = _reading(parse_client, CLIENT_TYPES, limits.FRAME_MAX_BYTES)
"""Return the message a client sent, or raise ProtocolError."""
decode_server = _reading(_server_decoder.decode, SERVER_TYPES, limits.FRAME_MAX_BYTES)
"""Return the message a server sent, or raise ProtocolError.

A client ignores a message whose type it does not know (ErrorCode.UNKNOWN_TYPE).
"""
decode_channel = _reading(_channel_decoder.decode, CHANNEL_TYPES, CHANNEL_MESSAGE_MAX_BYTES)
"""Return what the other client said over the data channel, or raise ProtocolError."""


def _refusal(
    frame: str | bytes | bytearray, known: frozenset[str], error: Exception
) -> ProtocolError:
    """Tell an unknown type, which a newer peer may send, from a malformed message."""
    try:
        tag = _tag_decoder.decode(frame).type
    except UNREADABLE:
        return ProtocolError(ErrorCode.MALFORMED, str(error))
    if tag not in known:
        return ProtocolError(ErrorCode.UNKNOWN_TYPE, "no message has this type", tag[:64])
    return ProtocolError(ErrorCode.MALFORMED, str(error), tag)
