"""A server that says no: asked again on a press, and by itself once a ban is over."""

from collections.abc import Callable

from desktop_app.session.phases import Phase
from desktop_app.session.situation_board import SituationBoard
from desktop_app.session.timers import Timers
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.link import Link, LinkProblem, LinkState

ASKED_AGAIN_AFTER_MIN_S = 2.0
"""So that clocks which differ, and timers that end early, have no server asked in haste."""


class Refusal:
    """Interface thread only. clock is that of LinkState."""

    def __init__(
        self, board: SituationBoard, link: SignalingClient, clock: Callable[[], float]
    ) -> None:
        self._board = board
        self._link = link
        self._clock = clock
        self._timers = Timers()

    def follow(self, state: LinkState) -> None:
        """The link has changed: wait for the end of a ban, or no longer."""
        if state.over_at is None:
            self._timers.cancel("over")
        else:
            delay_s = max(ASKED_AGAIN_AFTER_MIN_S, state.over_at - self._clock())
            self._timers.start("over", delay_s, self._go_on)

    def ask_again(self) -> None:
        """The person wants somebody: try a server that has said no."""
        if self._board.situation.link is Link.REFUSED:
            self._link.reconnect()

    def ask_again_unasked(self) -> None:
        """A search begins by itself: likewise, where nobody but the server is asked for a change.

        Another window would lose the session, and the end of a ban is waited for.
        """
        if self._board.situation.link_problem not in (LinkProblem.TAKEN_OVER, LinkProblem.BANNED):
            self.ask_again()

    def close(self) -> None:
        self._timers.cancel_all()

    def _go_on(self) -> None:
        if self._board.phase is Phase.SEARCHING:
            self.ask_again()
