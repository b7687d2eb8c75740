"""The end of a socket whose client reads nothing."""

import asyncio
from random import Random

import pytest

from signaling_server.protocol.errors import CloseCode
from signaling_server.transport import connection as connection_module
from signaling_server.transport.connection import Connection, Outgoing
from signaling_server.transport.framing import CLOSE
from signaling_server.transport.pulse import Pulse
from tests.signaling_server.transport.test_framing import masked
from tests.signaling_server.transport.test_pulse import Wire
from tests.signaling_server.wire_client import DEADLINE_S


class FullWire(Wire):
    """Nobody reads at its other end, so that it goes on closing until it is cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.was_cut = asyncio.Event()
        self._closing = False

    def is_closing(self) -> bool:
        return self._closing or self.is_cut

    def close(self) -> None:
        self._closing = True

    def abort(self) -> None:
        super().abort()
        self.was_cut.set()


@pytest.mark.parametrize("ends", ["from here", "from there", "from there, then from here"])
async def test_it_is_cut_off_in_time_whoever_closes_it(monkeypatch: pytest.MonkeyPatch, ends: str):
    monkeypatch.setattr(connection_module, "CLOSE_WITHIN_S", 0.05)
    pulse, wire = Pulse(600.0, 600.0, Random(1)), FullWire()
    connection = Connection(wire, Outgoing(), pulse)

    if ends.startswith("from there"):
        connection.data_received(masked(CLOSE, b""))
    if ends.endswith("from here"):
        connection.close(CloseCode.GOING_AWAY)

    async with asyncio.timeout(DEADLINE_S):
        await wire.was_cut.wait()
    pulse.close()
