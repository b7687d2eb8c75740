"""How much may be said, where it is counted by the handful."""

from hypothesis import given
from hypothesis import strategies as st

from signaling_server.domain.allowance import Allowance, Rate, Rates, hourly

PLENTY = 10**9
UNLIMITED = Rate(PLENTY, PLENTY)
MESSAGES = Rate(per_s=4.0, burst=40)


def allowance(messages: Rate = MESSAGES, size: Rate = UNLIMITED) -> Allowance:
    return Allowance(Rates(messages, UNLIMITED, size, hourly(1)), now=0.0)


def said_at_once(said: Allowance, now: float, size_bytes: int = 1) -> int:
    """Return how many messages are let through until one is refused."""
    number = 0
    while not said.take_message(now, size_bytes):
        number += 1
    return number


def test_a_burst_may_be_said_at_once_and_then_no_more_than_the_rate():
    said = allowance()

    assert said_at_once(said, 0.0) == MESSAGES.burst
    assert said_at_once(said, 1.0) == MESSAGES.per_s
    assert said.take_message(1.0, 1) == 1 / MESSAGES.per_s


def test_bytes_are_limited_as_messages_are():
    said = allowance(UNLIMITED, Rate(per_s=100.0, burst=4_000))

    assert said_at_once(said, 0.0, size_bytes=100) == 40
    assert said_at_once(said, 10.0, size_bytes=100) == 10


def test_a_message_as_long_as_the_burst_may_be_said():
    said = allowance(size=Rate(per_s=100.0, burst=4_000))

    assert said.take_message(0.0, 4_000) == 0.0
    assert said.take_message(0.0, 1) > 0.0


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 60)), max_size=30))
def test_never_more_is_let_through_than_the_burst_and_the_rate(steps: list[tuple[float, int]]):
    said, now = allowance(), 0.0
    let_through: list[float] = []
    for pause_s, number in steps:
        now += pause_s
        let_through += [now for _ in range(number) if not said.take_message(now, 1)]

    for first, since in enumerate(let_through):
        for last in range(first, len(let_through)):
            allowed = MESSAGES.burst + (let_through[last] - since) * MESSAGES.per_s
            assert last - first + 1 <= allowed + 1e-6
