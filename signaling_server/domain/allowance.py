"""How much may be said: messages, searches, bytes and reports, each a rate with a burst."""

from dataclasses import dataclass

from signaling_server.domain.token_bucket import TokenBucket


@dataclass(frozen=True, slots=True)
class Rate:
    """per_s holds in the long run, burst at once."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Rates:
    """What an allowance is made of."""

    messages: Rate
    searches: Rate
    bytes: Rate
    reports: Rate


class Allowance:
    """What one session, or everybody behind one address, may still say.

    A session keeps its own over all its sockets, so that a new socket is no new allowance.
    Each method takes its part and returns 0, or the seconds after which it is worth asking
    again.
    """

    __slots__ = ("_bytes", "_messages", "_reports", "_reports_rate", "_searches")

    def __init__(self, rates: Rates, now: float) -> None:
        self._messages = TokenBucket(rates.messages.per_s, rates.messages.burst, now)
        self._searches = TokenBucket(rates.searches.per_s, rates.searches.burst, now)
        self._bytes = TokenBucket(rates.bytes.per_s, rates.bytes.burst, now)
        self._reports_rate = rates.reports
        self._reports: TokenBucket | None = None
        """Made with the first report, for most never make one."""

    def take_message(self, now: float, size_bytes: int) -> float:
        return self._messages.take_with(now, self._bytes, size_bytes)

    def take_search(self, now: float) -> float:
        return self._searches.take(now)

    def take_report(self, now: float) -> float:
        if self._reports is None:
            self._reports = TokenBucket(self._reports_rate.per_s, self._reports_rate.burst, now)
        return self._reports.take(now)


def hourly(number: int) -> Rate:
    """Return the rate of so many in an hour, all of which may come at once."""
    return Rate(number / 3_600, number)
