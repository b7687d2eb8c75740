"""call.report: written down behind the peer's back, answered once it is."""

import asyncio
import base64
import secrets
from collections import OrderedDict
from collections.abc import Callable

from signaling_server.domain.allowance import Allowance, hourly
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.domain.reports import Meeting, ModerationStore, Report, StoreFailed
from signaling_server.domain.token_bucket import TokenBucket
from signaling_server.observability.logs import logger
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import CallReport, CallReported, SessionError

_ID_BYTES = 8
_RETRY_AFTER_FAILURE_S = 30.0
_UNDER_WAY_MAX = 1_000
_REPORTERS_MAX = 20_000
"""Persons whose reports are counted; the one who reported longest ago goes first."""

log = logger(__name__)


class ReportDesk:
    """Takes reports on the server's loop. clock counts seconds, wall_clock gives unix time.

    takes_evidence: there are moderators who could read it; without them it is passed over.
    """

    def __init__(
        self,
        store: ModerationStore,
        deliver: Callable[[list[Delivery]], None],
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        *,
        takes_evidence: bool,
    ) -> None:
        self._store = store
        self._deliver = deliver
        self._clock = clock
        self._wall_clock = wall_clock
        self._takes_evidence = takes_evidence
        self._under_way: set[asyncio.Task[None]] = set()
        self._reporters: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(
        self, peer: Peer, message: CallReport, session: Allowance, address: Allowance | None
    ) -> None:
        """Begin to write a report down. UNKNOWN_CALL, MALFORMED or RATE_LIMITED otherwise.

        session and address are what may still be said by these; a person is counted here.
        """
        meeting = next((met for met in peer.met if met.call == message.call), None)
        if meeting is None:
            raise ProtocolError(ErrorCode.UNKNOWN_CALL, "not one of the last calls")
        evidence = _evidence(message.evidence) if self._takes_evidence else None
        self._spend(peer.person, session, address)
        report = self._report(peer, message, meeting, evidence)
        task = asyncio.get_running_loop().create_task(self._write(peer, report))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Wait until everything that was taken is written."""
        await asyncio.gather(*self._under_way)

    def _spend(self, person: str, session: Allowance, address: Allowance | None) -> None:
        now = self._clock()
        wait_s = _RETRY_AFTER_FAILURE_S if len(self._under_way) >= _UNDER_WAY_MAX else 0.0
        wait_s = wait_s or session.take_report(now)
        if person:
            # A new session is no new allowance.
            wait_s = wait_s or self._reporter(person, now).take(now)
        if address is not None:
            # Nor is a new key.
            wait_s = wait_s or address.take_report(now)
        if wait_s:
            raise ProtocolError(
                ErrorCode.RATE_LIMITED, "too many reports", retry_after_s=round(wait_s, 3)
            )

    def _reporter(self, person: str, now: float) -> TokenBucket:
        rate = hourly(limits.REPORTS_PER_HOUR)
        reporter = self._reporters.setdefault(person, TokenBucket(rate.per_s, rate.burst, now))
        self._reporters.move_to_end(person)
        if len(self._reporters) > _REPORTERS_MAX:
            self._reporters.popitem(last=False)
        return reporter

    def _report(
        self, peer: Peer, message: CallReport, meeting: Meeting, evidence: bytes | None
    ) -> Report:
        return Report(
            id=secrets.token_hex(_ID_BYTES),
            made_at=self._wall_clock(),
            call=message.call,
            reason=message.reason,
            reporter=peer.person,
            reported=meeting.person,
            network=meeting.network,
            evidence=evidence,
        )

    async def _write(self, peer: Peer, report: Report) -> None:
        try:
            await self._store.add_report(report)
        except StoreFailed as error:
            log.error("report not written down", call=report.call, cause=str(error))
            failed = SessionError(
                ErrorCode.REPORT_FAILED,
                "the report could not be written down",
                CallReport.__struct_config__.tag,  # type: ignore[arg-type]  # a text here
                _RETRY_AFTER_FAILURE_S,
            )
            self._deliver([(peer, failed)])
        else:
            log.info("report taken", report=report.id, call=report.call, reason=str(report.reason))
            self._deliver([(peer, CallReported(report.call, report.id))])


def _evidence(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        # binascii.Error, or of its parent's class where a letter is not even ASCII.
        raise ProtocolError(ErrorCode.MALFORMED, "evidence is not URL-safe base64") from error
