"""Reports of strangers: sent to the server, and what came of them."""

import logging
from enum import StrEnum
from typing import NamedTuple

from desktop_app.core import Signal
from desktop_app.safety.evidence import NoKey, seal
from desktop_app.session.situation import Situation
from desktop_app.session.situation_board import SituationBoard
from desktop_app.session.timers import Timers
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.link import Link
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallReport,
    CallReported,
    ReportReason,
    SessionError,
    Welcome,
)

REPORT_TYPE = "call.report"
ANSWER_WITHIN_S = 30.0
"""A report that a server has not answered in this time, being there, has to be sent again.

That a socket is dead is noticed within 15 s; what it carried is then said over the next one."""

log = logging.getLogger(__name__)


class ReportOutcome(StrEnum):
    """What came of a report; ui/report_messages.py has a sentence for each."""

    TAKEN = "taken"
    TAKEN_BARE = "taken_bare"
    """Without its evidence: the key that the server gives for it is none."""
    TOO_LATE = "too_late"
    """The server does not know the call any more."""
    TOO_MANY = "too_many"
    FAILED = "failed"
    """The server could not write it down, or cannot be reached: it has to be sent again."""


class Reportable(NamedTuple):
    """A call and the stranger in it, whom a report can be about while and after it lasts."""

    call: str
    stranger: str


class Reporting:
    """Interface thread only."""

    def __init__(self, board: SituationBoard, link: SignalingClient, timers: Timers) -> None:
        self.answered: Signal[ReportOutcome] = Signal()
        self._board = board
        self._link = link
        self._timers = timers
        self._moderators_key: str | None = None
        self._bare: set[str] = set()
        """Calls whose report had to go without its evidence."""
        self._unanswered = 0
        """Reports that were sent, and of which the server has not said anything yet."""
        self.reportable: Reportable | None = None
        """The call of the moment, or else the last one."""
        board.changed.connect(self._note_call)

    @property
    def takes_evidence(self) -> bool:
        """Whether the server in use has moderators who could read it."""
        return self._moderators_key is not None

    def greet(self, welcome: Welcome) -> None:
        self._moderators_key = welcome.moderators_key
        if self._unanswered and welcome.resumed:
            self._await_answer()
        elif self._unanswered:
            self._give_up()  # What was under way is lost with the session.

    def forget(self) -> None:
        """Another server is gone to, which knows nothing of the calls on this one."""
        self.reportable = self._moderators_key = None
        if self._unanswered:
            self._give_up()

    def report(self, call: str, reason: ReportReason, evidence: bytes | None = None) -> None:
        """Report the stranger of a call. `answered` says what came of it.

        The call goes on. evidence is what the person chose to send, up to EVIDENCE_MAX_BYTES
        (EvidenceTooLong), left out where no moderator could read it.
        """
        box = None
        if evidence is not None and self._moderators_key is not None:
            box = self._sealed(evidence, self._moderators_key, call)
        if self._link.send(CallReport(call, reason, box)):
            self._unanswered += 1
            self._await_answer()
        else:
            self.answered.emit(ReportOutcome.FAILED)

    def take_reported(self, message: CallReported) -> None:
        self._note_answer()
        bare = message.call in self._bare
        self.answered.emit(ReportOutcome.TAKEN_BARE if bare else ReportOutcome.TAKEN)

    def take_error(self, error: SessionError) -> None:
        """The server refused a report (error.about is REPORT_TYPE)."""
        self._note_answer()
        match error.code:
            case ErrorCode.UNKNOWN_CALL:
                self.answered.emit(ReportOutcome.TOO_LATE)
            case ErrorCode.RATE_LIMITED:
                self.answered.emit(ReportOutcome.TOO_MANY)
            case _:
                self.answered.emit(ReportOutcome.FAILED)

    def close(self) -> None:
        self._timers.cancel_all()

    def _await_answer(self) -> None:
        self._timers.start("answer", ANSWER_WITHIN_S, self._miss_answer)

    def _note_answer(self) -> None:
        self._unanswered = max(0, self._unanswered - 1)
        if not self._unanswered:
            self._timers.cancel_all()

    def _miss_answer(self) -> None:
        if self._board.situation.link in (Link.CONNECTING, Link.WAITING):
            self._await_answer()  # With the session it may still come.
        else:
            self._give_up()

    def _give_up(self) -> None:
        self._unanswered = 0
        self._timers.cancel_all()
        self.answered.emit(ReportOutcome.FAILED)

    def _sealed(self, evidence: bytes, moderators_key: str, call: str) -> str | None:
        """Return the box, or None where a server's key is none: the report goes without."""
        try:
            box = seal(evidence, moderators_key, call)
        except NoKey:
            log.warning("the server's key for evidence cannot be used")
            self._bare.add(call)
            return None
        self._bare.discard(call)
        return box

    def _note_call(self, situation: Situation) -> None:
        if situation.call is not None and situation.stranger is not None:
            self.reportable = Reportable(situation.call, situation.stranger.id)
