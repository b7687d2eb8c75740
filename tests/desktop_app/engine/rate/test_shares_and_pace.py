"""Voice before repairs before the picture, and no bursts."""

from desktop_app.engine.rate.pacer import FIRST_BYTES, Pacer
from desktop_app.engine.rate.shares import PICTURE_MIN_BPS, Shares


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def shares_with_voice(clock: Clock, seconds: float = 10.0) -> Shares:
    shares = Shares(clock)
    for _ in range(round(seconds * 50)):
        shares.voice.add(220)
        clock.now_s += 0.02
    return shares


def test_the_picture_has_what_the_voice_leaves() -> None:
    shares = shares_with_voice(Clock())
    picture_bps = shares.picture_bps(1_000_000, 0.0)
    assert 0.8 * 912_000 < picture_bps < 912_000


def test_the_picture_waits_where_it_would_take_from_the_voice() -> None:
    shares = shares_with_voice(Clock())
    assert shares.picture_bps(170_000, 0.3) == PICTURE_MIN_BPS
    assert shares.picture_bps(120_000, 0.05) == PICTURE_MIN_BPS, "nothing waits"
    assert shares.picture_bps(120_000, 0.3) == 0
    assert shares.picture_bps(145_000, 0.0) == 0, "it must not come and go"
    assert shares.picture_bps(200_000, 0.0) >= PICTURE_MIN_BPS


def test_repairs_are_taken_from_the_picture() -> None:
    clock = Clock()
    shares = Shares(clock)
    before = shares.picture_bps(1_000_000, 0.0)
    for _ in range(50):
        shares.repairs.add(1_250)
        clock.now_s += 0.02
    assert before - shares.picture_bps(1_000_000, 0.0) > 200_000


def _begin(pacer: Pacer) -> None:
    """Let a connection have sent what goes out without a pause at first."""
    for _ in range(FIRST_BYTES // 1_200):
        pacer.pause_s(1_200)


def test_the_first_key_frame_of_a_slow_connection_goes_out_at_once_and_no_second_one() -> None:
    clock = Clock()
    pacer = Pacer(clock, 300_000)
    assert [pacer.pause_s(1_200) for _ in range(FIRST_BYTES // 1_200)] == [0.0] * (
        FIRST_BYTES // 1_200
    )
    clock.now_s += 10.0
    assert max(pacer.pause_s(1_200) for _ in range(FIRST_BYTES // 1_200)) > 0.1


def test_an_ordinary_picture_goes_out_at_once_and_a_key_frame_is_spread() -> None:
    clock = Clock()
    pacer = Pacer(clock, 2_500_000)
    _begin(pacer)
    assert [pacer.pause_s(1_200) for _ in range(10)] == [0.0] * 10
    clock.now_s += 1.0
    sent = 0
    while sent < 60 * 1_200:
        clock.now_s += pacer.pause_s(1_200)
        sent += 1_200
    took_s = clock.now_s - 1.0
    assert 0.03 < took_s < sent * 8 / 2_500_000


def test_repairs_are_bounded_by_the_rate() -> None:
    clock = Clock()
    pacer = Pacer(clock, 300_000)
    repaired = 0
    for _ in range(100):
        repaired += sum(pacer.may_repair(1_200) for _ in range(20))
        clock.now_s += 0.1
    assert 0.3 < repaired * 1_200 * 8 / 10 / 300_000 < 0.5
