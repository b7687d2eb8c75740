"""The speaker's lead is short, grows with each gap, and shrinks when there are none."""

from desktop_app.engine.playback.lead import CALM_S, LEAST, MOST, STEP, Lead


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_played_is_added_again() -> None:
    lead = Lead(Clock())
    assert lead.missing(LEAST - STEP) == STEP
    assert lead.missing(LEAST - STEP + 1) == 0
    assert lead.missing(LEAST + 10) == 0


def test_each_gap_makes_the_lead_longer_up_to_a_bound() -> None:
    lead = Lead(Clock())
    assert lead.missing(0) == LEAST  # The beginning.
    assert lead.missing(0) == LEAST + STEP
    for _ in range(20):
        lead.missing(0)
    assert lead.samples == MOST


def test_a_long_time_without_a_gap_makes_it_shorter_again() -> None:
    clock = Clock()
    lead = Lead(clock)
    lead.missing(0)
    lead.missing(0)
    clock.now += CALM_S / 2
    lead.missing(100)
    assert lead.samples == LEAST + STEP
    for _ in range(3):
        clock.now += CALM_S + 1
        lead.missing(100)
    assert lead.samples == LEAST
