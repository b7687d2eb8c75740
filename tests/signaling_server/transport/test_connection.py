"""The end of a socket: what is still done, and that it comes where the client reads nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from random import Random

import pytest

from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode
from signaling_server.transport import connection as connection_module
from signaling_server.transport.connection import Connection, Outgoing
from signaling_server.transport.framing import BINARY, CLOSE, PING, PONG, TEXT, framed
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


@pytest.fixture
async def pulse() -> AsyncIterator[Pulse]:
    pulse = Pulse(600.0, 600.0, Random(1), asyncio.get_running_loop())
    yield pulse
    pulse.close()


def close(connection: Connection, wire: Wire) -> None:
    connection.close(CloseCode.GOING_AWAY)


def say_goodbye(connection: Connection, wire: Wire) -> None:
    connection.data_received(masked(CLOSE, b""))


def half_close(connection: Connection, wire: Wire) -> None:
    """Do as a client that says no more, and as a transport does then."""
    connection.eof_received()
    wire.close()


@pytest.mark.parametrize(
    "steps",
    [[close], [say_goodbye], [say_goodbye, close], [half_close], [half_close, close]],
    ids=lambda steps: ", ".join(step.__name__ for step in steps),
)
async def test_it_is_cut_off_in_time_whoever_closes_it(
    monkeypatch: pytest.MonkeyPatch, pulse: Pulse, steps: list[Callable[[Connection, Wire], None]]
):
    monkeypatch.setattr(connection_module, "CLOSE_WITHIN_S", 0.05)
    wire = FullWire()
    connection = Connection(wire, Outgoing(), pulse)

    for step in steps:
        step(connection, wire)

    async with asyncio.timeout(DEADLINE_S):
        await wire.was_cut.wait()
    assert wire.options == [socket.SO_LINGER]


class Listener:
    """Notes what it is told of a connection."""

    def __init__(self, connection: Connection) -> None:
        self.told: list[str] = []
        connection.listen(
            lambda frame: self.told.append("binary" if frame is None else frame.decode()),
            lambda: self.told.append("end"),
            lambda: self.told.append("ping"),
        )


async def test_what_comes_before_a_fault_is_taken(pulse: Pulse):
    connection = Connection(Wire(), Outgoing(), pulse)
    listener = Listener(connection)

    connection.data_received(masked(TEXT, b"one") + masked(PING, b"") + framed(TEXT, b"not masked"))

    assert listener.told == ["one", "ping"]
    assert connection.close_code == CloseCode.PROTOCOL_FAULT


async def test_who_is_closed_for_a_flood_is_read_no_further(pulse: Pulse):
    wire = Wire()
    connection = Connection(wire, Outgoing(), pulse)
    pings = 0

    def take_ping() -> None:
        nonlocal pings
        pings += 1
        connection.close(CloseCode.RATE_LIMITED)

    connection.listen(lambda frame: None, lambda: None, take_ping)

    connection.data_received(masked(PING, b"") * (limits.FRAME_MAX_BYTES // 3))

    assert pings == 1
    assert not wire.is_reading()


async def test_nothing_costs_anything_after_a_close(pulse: Pulse):
    connection = Connection(Wire(), Outgoing(), pulse)
    listener = Listener(connection)
    connection.close(CloseCode.RATE_LIMITED)

    for opcode in (TEXT, BINARY, PING, PONG):
        connection.data_received(masked(opcode, b""))

    assert not listener.told
