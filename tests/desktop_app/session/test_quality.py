"""How good a call is: what a person feels, with the worst trouble named."""

import json

import pytest

from desktop_app.engine_messages import Statistics
from desktop_app.session.call_report import CallReport
from desktop_app.session.quality import LOOK_BACK, Level, Quality, QualityWatch, Trouble

GOOD = {"round_trip_ms": 40.0, "loss_percent": 0.0, "received_loss_percent": 0.0, "jitter_ms": 5.0}


def judged(*seconds: dict[str, float], call: str = "call-1") -> Quality:
    watch = QualityWatch()
    for second in seconds:
        quality = watch.take(Statistics(call, **{**GOOD, **second}))
    return quality


@pytest.mark.parametrize(
    ("figures", "trouble"),
    [
        ({"loss_percent": 9.0, "received_loss_percent": 9.0}, Trouble.LOSS),
        ({"loss_percent": 9.0}, Trouble.LOSS_SENT),
        ({"received_loss_percent": 9.0}, Trouble.LOSS_RECEIVED),
        ({"round_trip_ms": 700.0}, Trouble.DELAY),
        ({"jitter_ms": 150.0}, Trouble.JITTER),
    ],
)
def test_each_trouble_is_named_and_has_three_levels(
    figures: dict[str, float], trouble: Trouble
) -> None:
    assert judged(*[figures] * LOOK_BACK) == Quality(Level.POOR, trouble)
    milder = {name: value * 0.45 for name, value in figures.items()}
    assert judged(*[milder] * LOOK_BACK) == Quality(Level.FAIR, trouble)
    assert judged(*[{}] * LOOK_BACK) == Quality(Level.GOOD, Trouble.NONE)


def test_a_narrow_path_is_named_where_pictures_use_it() -> None:
    for bps, quality in (
        (200_000, Quality(Level.POOR, Trouble.NARROW)),
        (400_000, Quality(Level.FAIR, Trouble.NARROW)),
        (1_000_000, Quality()),
    ):
        sent = {"path_bps": bps, "sent_width": 640, "sent_bps": 0.9 * bps}
        assert judged(*[sent] * LOOK_BACK) == quality
        assert judged(*[{**sent, "sent_width": 0}] * LOOK_BACK) == Quality()
        assert judged(*[{**sent, "sent_bps": 0.4 * bps}] * LOOK_BACK) == Quality()


def test_a_machine_that_is_too_busy_is_named_and_so_for_what_it_is_late_with() -> None:
    strained = {"strained": True}
    assert judged(strained) == Quality(Level.FAIR, Trouble.STRAINED)
    late = {**strained, "jitter_ms": 150.0, "round_trip_ms": 300.0}
    assert judged(late) == Quality(Level.POOR, Trouble.STRAINED)
    lost = {**late, "loss_percent": 9.0}
    assert judged(lost) == Quality(Level.POOR, Trouble.LOSS_SENT)


def test_a_machine_that_was_too_busy_a_moment_ago_is_still_named() -> None:
    assert judged({"strained": True}, {}) == Quality(Level.FAIR, Trouble.STRAINED)
    assert judged({"strained": True}, *[{}] * (LOOK_BACK + 1)) == Quality()


def test_a_freeze_hurts_for_some_seconds_and_is_then_forgotten() -> None:
    frozen = [{"freeze_s": 0.0}, *[{"freeze_s": 2.0}] * (LOOK_BACK + 2)]
    assert judged(*frozen[:3]) == Quality(Level.POOR, Trouble.FREEZES)
    assert judged(*frozen) == Quality()


def test_one_bad_second_is_not_yet_a_bad_call() -> None:
    assert judged(*[{}] * LOOK_BACK, {"loss_percent": 10.0}).level is Level.GOOD


def test_another_call_is_judged_by_itself() -> None:
    watch = QualityWatch()
    for _ in range(LOOK_BACK):
        watch.take(Statistics("call-1", loss_percent=50.0))
    assert watch.take(Statistics("call-2", **GOOD)) == Quality()


def test_a_report_holds_figures_of_one_call_and_nothing_of_people() -> None:
    report = CallReport()
    assert report.is_empty
    report.take(Statistics("call-of-yesterday", fps=1.0), Quality())
    report.take(Statistics("call-of-today", fps=29.98765, direct=True), Quality())
    written = report.as_json()

    assert "call-of" not in written
    read = json.loads(written)
    assert [second["fps"] for second in read["seconds"]] == [29.99]
    assert set(read["seconds"][0]) == {
        *(name for name in Statistics.__struct_fields__ if name != "call"),
        *("quality", "trouble"),
    }
