"""Cures for the data channel: bounded, and one channel only."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import aiortc.rtcsctptransport
from aiortc.rtcsctptransport import RTCSctpTransport

from signaling_server.protocol.channel import CHANNEL_ID, CHANNEL_MESSAGE_MAX_BYTES

UNREAD_BYTES_MAX = 4 * CHANNEL_MESSAGE_MAX_BYTES
UNORDERED_CHUNKS_MAX = 1_024
STRING_PROTOCOLS = (51, 56)
"""SCTP payload types of a text and of the empty text (RFC 8831, section 8)."""
PARAMETER_HEADER_BYTES = 4

_decode_parameters = aiortc.rtcsctptransport.decode_params


def _decode_ending(body: bytes) -> list[tuple[int, bytes]]:
    at = 0
    while at <= len(body) - PARAMETER_HEADER_BYTES:
        length = int.from_bytes(body[at + 2 : at + 4], "big")
        if length < PARAMETER_HEADER_BYTES:
            raise ValueError("a parameter is shorter than its header")
        at += length + -length % 4
    return _decode_parameters(body)


def drop_endless_parameters() -> None:
    """Drop packets of SCTP with a parameter that has no length, once in the process.

    aiortc would read it for ever, and keep what it reads.
    """
    vars(aiortc.rtcsctptransport)["decode_params"] = _decode_ending


def receive_text(
    sctp: RTCSctpTransport, on_text: Callable[[bytes], None], on_hostile: Callable[[], None]
) -> None:
    """Take the messages of the one channel; anything else a stranger sends is hostile.

    aiortc reassembles messages without a bound, opens channels for whoever asks, and ends its
    receiving task on bad UTF-8. It goes through all that an acknowledgement names, which in one
    datagram can be nineteen million packets, and keeps whatever streams a stranger passes over.
    """
    receive_chunk = sctp._receive_data_chunk
    receive_sack, receive_skip = sctp._receive_sack_chunk, sctp._receive_forward_tsn_chunk
    window = sctp._advertised_rwnd
    ended = False

    def refuse() -> None:
        nonlocal ended
        if not ended:
            ended = True
            on_hostile()

    async def receive_chunk_within_limits(chunk: Any) -> None:
        if ended:
            return
        unread = window - sctp._advertised_rwnd
        if (
            chunk.stream_id != CHANNEL_ID
            or chunk.protocol not in STRING_PROTOCOLS
            or unread > UNREAD_BYTES_MAX
            or len(sctp._sack_misordered) > UNORDERED_CHUNKS_MAX
        ):
            refuse()
            return
        await receive_chunk(chunk)

    async def receive_sack_of_what_was_sent(chunk: Any) -> None:
        chunk.gaps = list(_sent_of(chunk.gaps, len(sctp._sent_queue)))
        await receive_sack(chunk)

    async def receive_skip_of_the_channel(chunk: Any) -> None:
        if any(stream_id != CHANNEL_ID for stream_id, _ in chunk.streams):
            refuse()
        if not ended:
            await receive_skip(chunk)

    async def receive_message(_stream_id: int, _protocol: int, data: bytes) -> None:
        if not ended:
            on_text(data)

    private: Any = sctp
    private._receive_data_chunk = receive_chunk_within_limits
    private._receive_sack_chunk = receive_sack_of_what_was_sent
    private._receive_forward_tsn_chunk = receive_skip_of_the_channel
    private._receive = receive_message


def _sent_of(gaps: Iterable[tuple[int, int]], sent: int) -> Iterator[tuple[int, int]]:
    """Yield the blocks of an acknowledgement that are in order, as far as so many packets go."""
    acknowledged = 0
    for first, last in gaps:
        if acknowledged < first <= min(last, sent):
            acknowledged = min(last, sent)
            yield first, acknowledged
