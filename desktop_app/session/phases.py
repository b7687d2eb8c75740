"""The phases of a call as one table, from which docs/phases.md is drawn."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a person is between strangers."""

    IDLE = "idle"
    SEARCHING = "searching"
    CONNECTING = "connecting"
    TALKING = "talking"


class Step(StrEnum):
    """What can happen in a phase."""

    NEXT = "next"
    """The person asks for a stranger: the first, or another one."""
    MATCHED = "matched"
    CONNECTED = "connected"
    ENDED = "ended"
    """The call is over without the person's doing."""
    STOP = "stop"
    """The person stops."""


TRANSITIONS: dict[Phase, dict[Step, Phase]] = {
    Phase.IDLE: {
        Step.NEXT: Phase.SEARCHING,
        Step.STOP: Phase.IDLE,
    },
    Phase.SEARCHING: {
        Step.NEXT: Phase.SEARCHING,
        Step.MATCHED: Phase.CONNECTING,
        Step.STOP: Phase.IDLE,
    },
    Phase.CONNECTING: {
        Step.NEXT: Phase.SEARCHING,
        Step.CONNECTED: Phase.TALKING,
        Step.ENDED: Phase.IDLE,
        Step.STOP: Phase.IDLE,
    },
    Phase.TALKING: {
        Step.NEXT: Phase.SEARCHING,
        Step.ENDED: Phase.IDLE,
        Step.STOP: Phase.IDLE,
    },
}


def advance(phase: Phase, step: Step) -> Phase:
    """Return the phase that follows; a pair that is not in the table is a bug and raises."""
    return TRANSITIONS[phase][step]
