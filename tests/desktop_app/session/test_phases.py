"""The phase table."""

import pytest

from build_scripts import draw_phases
from desktop_app.session.phases import TRANSITIONS, Phase, Step, advance


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_leads_back_to_idle(phase: Phase):
    assert advance(phase, Step.STOP) is Phase.IDLE


def test_a_step_that_does_not_fit_raises():
    with pytest.raises(KeyError):
        advance(Phase.IDLE, Step.CONNECTED)


def test_every_phase_can_be_reached():
    reached = {after for steps in TRANSITIONS.values() for after in steps.values()}

    assert reached == set(Phase)


def test_the_diagram_in_the_docs_is_the_table():
    assert draw_phases.main(["--check"]) == 0
