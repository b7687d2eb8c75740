"""The private names of aiortc that the cures for the data channel use, each said in words."""

import inspect

import aiortc.rtcsctptransport
from aiortc.rtcsctptransport import BaseInitChunk, BaseParamsChunk, RTCSctpTransport


def test_messages_of_the_channel_pass_where_they_are_checked() -> None:
    source = inspect.getsource(RTCSctpTransport)
    for call in ("await self._receive_data_chunk(chunk)", "await self._receive(*message)"):
        assert call in source, f"RTCSctpTransport no longer calls {call}"
    for name in ("_advertised_rwnd", "_sack_misordered"):
        assert f"self.{name}" in source, f"RTCSctpTransport has no {name}"


def test_parameters_are_read_where_endless_ones_are_dropped() -> None:
    for chunk in (BaseParamsChunk, BaseInitChunk):
        source = inspect.getsource(chunk)
        assert "decode_params(body" in source, f"{chunk.__name__} reads parameters otherwise"
    source = inspect.getsource(RTCSctpTransport._handle_data)
    assert "except ValueError:\n            return" in source, "a bad packet is not just dropped"
    assert callable(aiortc.rtcsctptransport.decode_params)
