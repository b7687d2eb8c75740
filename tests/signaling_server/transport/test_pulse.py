"""How often a client that says nothing is asked whether it is there."""

import asyncio
from random import Random

import pytest

from signaling_server.transport.connection import Connection, Outgoing
from signaling_server.transport.framing import PING, PONG, framed
from signaling_server.transport.pulse import Pulse
from tests.signaling_server.transport.test_framing import masked
from tests.signaling_server.wire_client import DEADLINE_S

PING_INTERVAL_S, IDLE_PING_INTERVAL_S = 600.0, 1_800.0
"""The second is six beats long."""


class Wire(asyncio.Transport):
    """Takes what is written to a client, and tells whether it was cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_cut = False

    def is_closing(self) -> bool:
        return self.is_cut

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def abort(self) -> None:
        self.is_cut = True


class Beaten:
    """A connection over a wire, whose beats a test makes."""

    def __init__(self, *, awaited: bool) -> None:
        pulse = Pulse(PING_INTERVAL_S, IDLE_PING_INTERVAL_S, Random(1))
        self.wire = Wire()
        self.connection = Connection(self.wire, Outgoing(), pulse)
        self.connection.listen(lambda frame: None, lambda: None, is_awaited=lambda: awaited)
        pulse.close()

    def beats_until_asked(self) -> int:
        """Make beats until a ping is written, and return how many."""
        for beats in range(1, 20):
            self.connection.beat()
            self.connection.flush()
            if self.wire.written:
                assert self.wire.written == framed(PING, b"")
                self.wire.written = b""
                return beats
        raise AssertionError("nobody is asked")

    def answer(self) -> None:
        self.connection.data_received(masked(PONG, b""))


@pytest.fixture(params=[True, False], ids=["awaited", "idle"])
async def beaten(request: pytest.FixtureRequest) -> Beaten:
    return Beaten(awaited=request.param)


@pytest.mark.parametrize(("awaited", "beats"), [(True, 2), (False, 6)])
async def test_who_is_awaited_is_asked_once_an_interval_and_who_is_idle_once_in_a_longer_one(
    awaited: bool, beats: int
):
    beaten = Beaten(awaited=awaited)
    beaten.beats_until_asked()

    for _ in range(3):
        beaten.answer()
        assert beaten.beats_until_asked() == beats


async def test_who_does_not_answer_by_the_next_beat_is_given_up(beaten: Beaten):
    beaten.beats_until_asked()

    beaten.connection.beat()

    assert beaten.wire.is_cut
    assert not beaten.connection.closed_by_peer


async def test_who_says_anything_is_not_asked(beaten: Beaten):
    for _ in range(20):
        beaten.answer()
        beaten.connection.beat()
    beaten.connection.flush()

    assert not beaten.wire.written
    assert not beaten.wire.is_cut


class Watched:
    """Counts its beats, and says so when it has had as many as it waits for."""

    def __init__(self, beats: int = 0) -> None:
        self.left = beats
        self.beats = 0
        self.had_them = asyncio.Event()

    def beat(self) -> None:
        self.beats += 1
        if self.beats == self.left:
            self.had_them.set()


async def test_each_is_called_once_while_all_are():
    pulse, people = Pulse(0.2, 0.2, Random(1)), [Watched(beats=3) for _ in range(50)]
    for watched in people:
        pulse.add(watched)

    async with asyncio.timeout(DEADLINE_S):
        await people[0].had_them.wait()
    pulse.close()

    assert {watched.beats for watched in people} <= {2, 3}


async def test_who_is_discarded_is_not_called_any_more():
    pulse, gone, there = Pulse(0.2, 0.2, Random(1)), Watched(), Watched(beats=2)
    pulse.discard(gone, pulse.add(gone))
    pulse.add(there)

    async with asyncio.timeout(DEADLINE_S):
        await there.had_them.wait()
    pulse.close()

    assert not gone.beats


async def test_it_rests_while_nobody_is_there_and_goes_on_with_the_next():
    pulse, gone, next_one = Pulse(0.2, 0.2, Random(1)), Watched(beats=1), Watched(beats=2)
    step = pulse.add(gone)
    async with asyncio.timeout(DEADLINE_S):
        await gone.had_them.wait()
    pulse.discard(gone, step)
    await asyncio.sleep(0.2)
    assert pulse.rests

    pulse.add(next_one)

    async with asyncio.timeout(DEADLINE_S):
        await next_one.had_them.wait()
    pulse.close()


async def test_who_comes_after_its_end_is_not_called():
    pulse = Pulse(0.2, 0.2, Random(1))
    pulse.close()

    pulse.add(Watched())

    assert pulse.rests


@pytest.mark.parametrize(
    ("idle_ping_interval_s", "beats"), [(1.0, 1), (2.0, 1), (2.5, 2), (3.0, 2), (18.0, 17)]
)
async def test_the_longer_interval_is_rounded_up_to_beats_and_is_no_shorter_than_the_other(
    idle_ping_interval_s: float, beats: int
):
    assert Pulse(2.0, idle_ping_interval_s, Random(1)).idle_beats == beats
