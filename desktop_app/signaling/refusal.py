"""Why a socket could not be opened or held, and what that means for the next attempt."""

import time
from http import HTTPStatus

from desktop_app.signaling.link import LinkProblem
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import Ban, SessionError

ENDS_THE_SOCKET = {
    ErrorCode.VERSION_UNSUPPORTED: LinkProblem.VERSION,
    ErrorCode.SERVER_FULL: LinkProblem.FULL,
    ErrorCode.SHUTTING_DOWN: LinkProblem.SHUTTING_DOWN,
    ErrorCode.TAKEN_OVER: LinkProblem.TAKEN_OVER,
    ErrorCode.TOO_MANY_CONNECTIONS: LinkProblem.TOO_FAST,
    ErrorCode.KEY_REFUSED: LinkProblem.KEY_REFUSED,
    ErrorCode.BANNED: LinkProblem.BANNED,
}
"""Errors after which nothing more comes over the socket."""
_PROBLEMS_OF_HELLO = {**ENDS_THE_SOCKET, ErrorCode.RATE_LIMITED: LinkProblem.TOO_FAST}
_FINAL = {
    ErrorCode.VERSION_UNSUPPORTED,
    ErrorCode.TAKEN_OVER,
    ErrorCode.KEY_REFUSED,
    ErrorCode.BANNED,
}
_CLOSE_PROBLEMS = {
    CloseCode.VERSION_UNSUPPORTED: (LinkProblem.VERSION, True),
    CloseCode.TAKEN_OVER: (LinkProblem.TAKEN_OVER, True),
    CloseCode.SERVER_FULL: (LinkProblem.FULL, False),
    CloseCode.RATE_LIMITED: (LinkProblem.TOO_FAST, False),
    CloseCode.KEY_REFUSED: (LinkProblem.KEY_REFUSED, True),
    CloseCode.BANNED: (LinkProblem.BANNED, True),
    CloseCode.GOING_AWAY: (LinkProblem.SHUTTING_DOWN, False),
}
_STATUS_PROBLEMS: dict[int, LinkProblem] = {
    HTTPStatus.TOO_MANY_REQUESTS: LinkProblem.TOO_FAST,
    HTTPStatus.BAD_GATEWAY: LinkProblem.UNREACHABLE,
    HTTPStatus.SERVICE_UNAVAILABLE: LinkProblem.UNREACHABLE,
    HTTPStatus.GATEWAY_TIMEOUT: LinkProblem.UNREACHABLE,
}
"""What a proxy answers in the place of a server that it does not reach."""
_FAULTS = {
    CloseCode.PROTOCOL_FAULT,
    CloseCode.SERVER_FAULT,
    CloseCode.MALFORMED,
    CloseCode.HELLO_TIMEOUT,
    CloseCode.RATE_LIMITED,
}
AFTER_FAULT_S = 2.0
"""After one of the faults one comes back slowly: it may happen again (docs/protocol.md)."""
HOLDS_EVERYWHERE = {LinkProblem.BANNED, LinkProblem.TAKEN_OVER}
"""What another address of the same servers would say as well."""


class Refused(Exception):
    """Why a connection could not be made or held.

    final: trying again would not help before the person does something. unheard: nothing was
    answered, so that trying again at once burdens nobody. url: where the server sends us.
    """

    def __init__(
        self,
        problem: LinkProblem,
        *,
        final: bool = False,
        retry_after_s: float | None = None,
        ban: Ban | None = None,
        unheard: bool = False,
        url: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.final = final
        self.retry_after_s = retry_after_s
        self.ban = ban
        self.unheard = unheard
        self.url = url

    def over_at(self, now: float) -> float | None:
        """Return when to ask again after a ban, on the clock of now; None for other refusals.

        By the server's clock where it says how long to wait, or else by this machine's.
        """
        if self.ban is None or self.ban.until is None:
            return None
        if self.retry_after_s is not None:
            return now + self.retry_after_s
        return now + min(self.ban.until - time.time(), limits.DELAY_MAX_S)


def refusal_of_error(error: SessionError) -> Refused:
    problem = _PROBLEMS_OF_HELLO.get(error.code, LinkProblem.NO_SUCH_SERVER)
    final = error.code in _FINAL
    return Refused(
        problem, final=final, retry_after_s=error.retry_after_s, ban=error.ban, url=error.url
    )


def refusal_of_close(code: int | None) -> Refused:
    problem, final = LinkProblem.LOST, False
    if code in _CLOSE_PROBLEMS:
        problem, final = _CLOSE_PROBLEMS[CloseCode(code)]
    return Refused(problem, final=final, retry_after_s=AFTER_FAULT_S if code in _FAULTS else None)


def problem_of_status(status: int) -> LinkProblem:
    """Say what it means that an HTTP request was answered like this."""
    return _STATUS_PROBLEMS.get(status, LinkProblem.NO_SUCH_SERVER)
