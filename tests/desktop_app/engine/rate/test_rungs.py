"""Sizes and rates for a bitrate."""

from desktop_app.engine.rate.rungs import (
    CHANGE_PAUSE_S,
    UP_AFTER_S,
    Ladder,
    Rung,
    most_bps,
    rungs_of,
)

HD = (1280, 720, 30.0)


def test_a_megabit_a_second_begins_with_the_whole_picture() -> None:
    assert Ladder().choose(0.0, HD, 1_000_000) == Rung(*HD)


def test_less_is_a_smaller_picture_and_the_least_a_slower_one_too() -> None:
    sizes = [
        (rung.width, rung.fps)
        for rung in (Ladder().choose(0.0, HD, bps) for bps in (600_000, 300_000, 70_000, 40_000))
    ]
    assert sizes == [(960, 30.0), (640, 30.0), (320, 30.0), (320, 15.0)]


def test_a_step_down_comes_at_once_and_one_up_after_a_while() -> None:
    ladder = Ladder()
    ladder.choose(0.0, HD, 2_000_000)
    at = CHANGE_PAUSE_S
    assert ladder.choose(at, HD, 250_000).height == 360
    assert ladder.choose(at + 0.1, HD, 2_000_000).height == 360
    at += 0.1 + max(UP_AFTER_S, CHANGE_PAUSE_S)
    assert ladder.choose(at, HD, 2_000_000).height == 720


def test_a_bitrate_that_sways_around_a_rung_does_not_change_it() -> None:
    ladder = Ladder()
    heights = {
        ladder.choose(second / 2, HD, 560_000 if second % 2 else 700_000).height
        for second in range(40)
    }
    assert heights == {540}


def test_a_strained_machine_sends_a_smaller_picture_than_the_line_allows() -> None:
    chosen = []
    ladder = Ladder()
    for strain in (0, 1, 2, 1, 0):
        at = len(chosen) * 2 * (CHANGE_PAUSE_S + UP_AFTER_S)
        ladder.choose(at, HD, 2_000_000, strain)
        height = ladder.choose(at + CHANGE_PAUSE_S + UP_AFTER_S, HD, 2_000_000, strain).height
        chosen.append((height, ladder.is_strained))
    assert chosen == [(720, False), (540, True), (360, True), (540, True), (720, False)]


def test_a_line_that_allows_less_than_a_strained_machine_has_its_way() -> None:
    ladder = Ladder()
    assert ladder.choose(0.0, HD, 300_000, strain=1) == Rung(640, 360, 30.0)
    assert not ladder.is_strained


def test_strain_makes_no_picture_smaller_that_is_small_already() -> None:
    ladder = Ladder()
    assert ladder.choose(0.0, (640, 480, 30.0), 2_000_000, strain=2) == Rung(480, 360, 30.0)
    assert ladder.strain_max == 1
    assert ladder.choose(0.1, (320, 240, 30.0), 2_000_000, strain=2) == Rung(320, 240, 30.0)
    assert ladder.strain_max == 0
    assert not ladder.is_strained


def test_changes_are_no_more_than_a_stranger_bears() -> None:
    ladder = Ladder()
    changes, before = 0, ladder.choose(0.0, HD, 2_000_000)
    for tenth in range(100):
        rung = ladder.choose(tenth / 10, HD, 2_000_000 if tenth % 20 < 12 else 60_000)
        changes += rung != before
        before = rung
    assert changes <= 8


def test_every_rung_has_even_sides_and_less_to_encode_than_the_one_before() -> None:
    for source in (HD, (640, 480, 30.0), (1920, 1080, 30.0), (424, 240, 15.0), (161, 121, 10.0)):
        rungs = rungs_of(*source)
        assert all(rung.width % 2 == rung.height % 2 == 0 for rung in rungs)
        worth = [rung.worth_bps for rung in rungs]
        assert worth == sorted(worth, reverse=True)


def test_another_camera_begins_on_its_own_ladder() -> None:
    ladder = Ladder()
    ladder.choose(0.0, HD, 1_000_000)
    assert ladder.choose(0.1, (640, 480, 30.0), 1_000_000) == Rung(640, 480, 30.0)


def test_small_pictures_have_a_smaller_maximum() -> None:
    assert [most_bps(*size) for size in ((320, 240), (640, 480), (1280, 720), (1920, 1080))] == [
        600_000,
        1_700_000,
        2_500_000,
        4_000_000,
    ]
