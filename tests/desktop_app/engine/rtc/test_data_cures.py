"""The private names of aiortc that the cures for the data channel use, each said in words."""

import inspect
from typing import Any

import aiortc.rtcsctptransport
import pytest
from aiortc.rtcsctptransport import (
    BaseInitChunk,
    BaseParamsChunk,
    RTCSctpTransport,
    SackChunk,
)

from desktop_app.engine.rtc import cures
from desktop_app.engine.rtc.connection import Connection, kinds_of
from signaling_server.protocol.messages import Mode


def test_messages_of_the_channel_pass_where_they_are_checked() -> None:
    source = inspect.getsource(RTCSctpTransport)
    calls = (
        "await self._receive_data_chunk(chunk)",
        "await self._receive_sack_chunk(chunk)",
        "await self._receive_forward_tsn_chunk(chunk)",
        "await self._receive(*message)",
    )
    for call in calls:
        assert call in source, f"RTCSctpTransport no longer calls {call}"
    for name in ("_advertised_rwnd", "_sack_misordered", "_sent_queue"):
        assert f"self.{name}" in source, f"RTCSctpTransport has no {name}"


def test_parameters_are_read_where_endless_ones_are_dropped() -> None:
    for chunk in (BaseParamsChunk, BaseInitChunk):
        source = inspect.getsource(chunk)
        assert "decode_params(body" in source, f"{chunk.__name__} reads parameters otherwise"
    source = inspect.getsource(RTCSctpTransport._handle_data)
    assert "except ValueError:\n            return" in source, "a bad packet is not just dropped"
    assert callable(aiortc.rtcsctptransport.decode_params)


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ([(2, 3), (5, 5)], [(2, 3), (5, 5)]),
        ([(2, 60_000)], [(2, 6)]),
        ([(7, 9)], []),
        ([(2, 3), (2, 4), (3, 3), (5, 6)], [(2, 3), (5, 6)]),
        ([(4, 3), (0, 2)], []),
    ],
)
async def test_an_acknowledgement_counts_as_far_as_packets_were_sent(
    told: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    connection = Connection(kinds_of(Mode.TEXT), [])
    sctp: Any = connection.peer.sctp
    seen = []

    async def receive_sack(chunk: SackChunk) -> None:
        seen.extend(chunk.gaps)

    sctp._receive_sack_chunk = receive_sack
    cures.receive_text(sctp, lambda data: None, lambda: None)
    sctp._sent_queue.extend([None] * 6)
    chunk = SackChunk()
    chunk.gaps = list(told)
    await sctp._receive_sack_chunk(chunk)
    assert seen == taken
    sctp._sent_queue.clear()
    await connection.close()
