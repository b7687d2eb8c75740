"""How often a client that says nothing is asked whether it is there."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from signaling_server.transport.connection import Connection, Outgoing
from signaling_server.transport.framing import PING, PONG, framed
from signaling_server.transport.pulse import Pulse
from tests.signaling_server.transport.test_framing import masked

PING_INTERVAL_S, IDLE_PING_INTERVAL_S = 600.0, 1_800.0
"""The second is six beats long."""


class Wire(asyncio.Transport):
    """Takes what is written to a client, and tells whether it was cut off."""

    def __init__(self) -> None:
        super().__init__({"socket": self})
        self.written = b""
        self.options: list[int] = []
        self.is_cut = False
        self._is_reading = True

    def setsockopt(self, _level: int, option: int, _value: bytes) -> None:
        """Do as a socket, for it is its own."""
        self.options.append(option)

    def is_closing(self) -> bool:
        return self.is_cut

    def is_reading(self) -> bool:
        return self._is_reading

    def pause_reading(self) -> None:
        self._is_reading = False

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.is_cut = True

    def abort(self) -> None:
        self.is_cut = True


class Beaten:
    """A connection over a wire, whose beats a test makes."""

    def __init__(self, *, awaited: bool) -> None:
        loop = asyncio.get_running_loop()
        pulse = Pulse(PING_INTERVAL_S, IDLE_PING_INTERVAL_S, Random(1), loop)
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


class ManualTimers:
    """A loop with one timer at most, whose turns a test makes."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: float | None = None
        self._callback: Callable[[], None]

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        assert self.due is None
        self.due, self._callback = when, callback
        timers = self

        class Handle(asyncio.TimerHandle):
            def cancel(self) -> None:
                timers.due = None

        return Handle(when, callback, (), asyncio.get_running_loop())

    def pass_time(self, seconds: float) -> None:
        """Call what falls due within so many seconds, each at its time."""
        end = self.now + seconds
        while self.due is not None and self.due <= end:
            self.now = max(self.now, self.due)
            self.ring()
        self.now = end

    def ring(self) -> None:
        """Call what is due now, once."""
        assert self.due is not None
        assert self.due <= self.now
        self.due = None
        self._callback()


class Watched:
    """Counts its beats."""

    def __init__(self) -> None:
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1


@pytest.fixture
def timers() -> ManualTimers:
    return ManualTimers()


@pytest.fixture
def pulse(timers: ManualTimers) -> Pulse:
    """Calls everybody once in 64 s, somebody every second."""
    return Pulse(128.0, 128.0, Random(1), timers)


def watched_by(pulse: Pulse, people: int) -> list[Watched]:
    watched = [Watched() for _ in range(people)]
    for one in watched:
        pulse.add(one)
    return watched


async def test_everybody_is_called_twice_in_an_interval(timers: ManualTimers, pulse: Pulse):
    people = watched_by(pulse, 50)

    timers.pass_time(10 * 128.0 - 1.0)

    assert {watched.beats for watched in people} == {20}


async def test_they_are_not_called_all_at_once(timers: ManualTimers, pulse: Pulse):
    people = watched_by(pulse, 50)

    timers.pass_time(32.0)

    assert 10 < sum(watched.beats for watched in people) < 40


async def test_a_turn_that_is_late_is_made_up_for(timers: ManualTimers, pulse: Pulse):
    [one] = watched_by(pulse, 1)
    timers.ring()

    for step in range(1, 640):
        timers.now = 100.0 + step + 0.5
        timers.ring()

    assert one.beats == 10


async def test_what_was_missed_while_the_server_stood_still_is_not_made_up_for(
    timers: ManualTimers, pulse: Pulse
):
    people = watched_by(pulse, 50)
    timers.pass_time(64.0)
    before = [watched.beats for watched in people]

    timers.now += 1_000.0
    timers.pass_time(1.0)

    assert sum(watched.beats for watched in people) - sum(before) < 10


async def test_who_is_discarded_is_not_called_any_more(timers: ManualTimers, pulse: Pulse):
    gone, [there] = Watched(), watched_by(pulse, 1)
    pulse.discard(gone, pulse.add(gone))

    timers.pass_time(640.0)

    assert not gone.beats
    assert there.beats


async def test_it_rests_while_nobody_is_there_and_goes_on_with_the_next(
    timers: ManualTimers, pulse: Pulse
):
    gone = Watched()
    step = pulse.add(gone)
    timers.pass_time(64.0)

    pulse.discard(gone, step)
    timers.pass_time(2.0)
    assert timers.due is None

    [next_one] = watched_by(pulse, 1)
    timers.pass_time(64.0)
    assert next_one.beats == 1


async def test_nobody_is_called_after_its_end(timers: ManualTimers, pulse: Pulse):
    watched_by(pulse, 1)
    pulse.close()
    assert timers.due is None

    watched_by(pulse, 1)
    assert timers.due is None


@pytest.mark.parametrize(
    ("idle_ping_interval_s", "beats"), [(1.0, 1), (2.0, 1), (2.5, 2), (3.0, 2), (18.0, 17)]
)
def test_the_longer_interval_is_rounded_up_to_beats_and_is_no_shorter_than_the_other(
    timers: ManualTimers, idle_ping_interval_s: float, beats: int
):
    assert Pulse(2.0, idle_ping_interval_s, Random(1), timers).idle_beats == beats
