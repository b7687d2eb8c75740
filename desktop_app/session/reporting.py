"""Reports of strangers: sent to the server, and what came of them."""

import logging
from enum import StrEnum
from typing import NamedTuple

from desktop_app.core import Signal
from desktop_app.safety.evidence import NoKey, seal
from desktop_app.session.situation import Situation
from desktop_app.session.situation_board import SituationBoard
from desktop_app.signaling.client import SignalingClient
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallReport,
    CallReported,
    ReportReason,
    SessionError,
    Welcome,
)

REPORT_TYPE = "call.report"

log = logging.getLogger(__name__)


class ReportOutcome(StrEnum):
    """What came of a report; ui/messages.py has a sentence for each."""

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

    def __init__(self, board: SituationBoard, link: SignalingClient) -> None:
        self.answered: Signal[ReportOutcome] = Signal()
        self._board = board
        self._link = link
        self._moderators_key: str | None = None
        self._bare: set[str] = set()
        """Calls whose report had to go without its evidence."""
        self.reportable: Reportable | None = None
        """The call of the moment, or else the last one."""
        board.changed.connect(self._note_call)

    @property
    def takes_evidence(self) -> bool:
        """Whether the server in use has moderators who could read it."""
        return self._moderators_key is not None

    def greet(self, welcome: Welcome) -> None:
        self._moderators_key = welcome.moderators_key

    def forget(self) -> None:
        """Another server is gone to, which knows nothing of the calls on this one."""
        self.reportable = self._moderators_key = None

    def report(self, call: str, reason: ReportReason, evidence: bytes | None = None) -> None:
        """Report the stranger of a call. `answered` says what came of it.

        The call goes on. evidence is what the person chose to send, up to EVIDENCE_MAX_BYTES
        (EvidenceTooLong), left out where no moderator could read it.
        """
        box = None
        if evidence is not None and self._moderators_key is not None:
            box = self._sealed(evidence, self._moderators_key, call)
        if not self._link.send(CallReport(call, reason, box)):
            self.answered.emit(ReportOutcome.FAILED)

    def take_reported(self, message: CallReported) -> None:
        bare = message.call in self._bare
        self.answered.emit(ReportOutcome.TAKEN_BARE if bare else ReportOutcome.TAKEN)

    def take_error(self, error: SessionError) -> None:
        """The server refused a report (error.about is REPORT_TYPE)."""
        match error.code:
            case ErrorCode.UNKNOWN_CALL:
                self.answered.emit(ReportOutcome.TOO_LATE)
            case ErrorCode.RATE_LIMITED:
                self.answered.emit(ReportOutcome.TOO_MANY)
            case _:
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
