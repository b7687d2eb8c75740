"""The speaker's lead is short, grows with each gap, and shrinks when there are none."""

from desktop_app.engine.playback.lead import CALM_MAX_S, CALM_S, LEAST, MOST, STEP, Lead


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_played_is_added_again() -> None:
    lead = Lead(Clock())
    assert lead.missing(LEAST - STEP, ran_dry=False) == STEP
    assert lead.missing(LEAST - STEP + 1, ran_dry=False) == 0
    assert lead.missing(LEAST + 10, ran_dry=False) == 0


def test_each_gap_makes_the_lead_longer_up_to_a_bound() -> None:
    lead = Lead(Clock())
    assert lead.missing(0, ran_dry=True) == LEAST  # The beginning.
    assert lead.missing(0, ran_dry=True) == LEAST + STEP
    for _ in range(20):
        lead.missing(0, ran_dry=True)
    assert lead.samples == MOST


def test_a_long_time_without_a_gap_makes_it_shorter_again() -> None:
    clock = Clock()
    lead = Lead(clock)
    lead.missing(0, ran_dry=True)
    lead.missing(0, ran_dry=True)
    clock.now += CALM_S / 2
    lead.missing(100, ran_dry=False)
    assert lead.samples == LEAST + STEP
    for _ in range(3):
        clock.now += CALM_S + 1
        lead.missing(100, ran_dry=False)
    assert lead.samples == LEAST


def test_what_ran_dry_at_once_when_less_was_tried_is_tried_ever_more_seldom() -> None:
    clock = Clock()
    lead = Lead(clock)
    lead.missing(0, ran_dry=True)
    lead.missing(0, ran_dry=True)
    tried = 0
    for _ in range(600):
        clock.now += 1.0
        if lead.samples == LEAST:
            tried += 1
            lead.missing(0, ran_dry=True)
        else:
            lead.missing(100, ran_dry=False)
    assert 3 <= tried <= 5


def test_less_is_tried_again_in_the_end_however_often_it_made_gaps() -> None:
    clock = Clock()
    lead = Lead(clock)
    lead.missing(0, ran_dry=True)
    for _ in range(12):
        lead.missing(0, ran_dry=True)
        assert lead.samples > LEAST
        clock.now += CALM_MAX_S + 1
        lead.missing(100, ran_dry=False)
        clock.now += CALM_MAX_S + 1
        lead.missing(100, ran_dry=False)
    assert lead.samples == LEAST


def test_an_empty_buffer_that_nobody_asked_for_is_no_gap() -> None:
    lead = Lead(Clock())
    lead.missing(0, ran_dry=True)
    assert lead.missing(0, ran_dry=False) == LEAST
