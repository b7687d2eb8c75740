"""What a start cannot do without."""

from enum import StrEnum


class StartProblem(StrEnum):
    """Why there is no window; ui/messages.py has a sentence for each."""

    NO_DISPLAY = "no_display"
    NO_HOME = "no_home"
    """Nobody has said where a person's files are kept."""
