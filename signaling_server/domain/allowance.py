"""How much may be said: messages, searches, bytes and reports, each a rate with a burst."""

from dataclasses import dataclass

from signaling_server.domain.token_bucket import ROUNDING_S, TokenBucket


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
    again. Messages and bytes are two token buckets, kept here as TokenBucket keeps its one: every
    message takes of both, twice.
    """

    __slots__ = (
        "_byte_s",
        "_bytes_burst_s",
        "_bytes_full_at",
        "_message_s",
        "_messages_burst_s",
        "_messages_full_at",
        "_reports",
        "_reports_rate",
        "searches",
    )

    def __init__(self, rates: Rates, now: float) -> None:
        self._message_s = 1 / rates.messages.per_s
        self._messages_burst_s = rates.messages.burst / rates.messages.per_s
        self._byte_s = 1 / rates.bytes.per_s
        self._bytes_burst_s = rates.bytes.burst / rates.bytes.per_s
        self._messages_full_at = self._bytes_full_at = now
        self.searches = TokenBucket(rates.searches.per_s, rates.searches.burst, now)
        """Each search takes one of it."""
        self._reports_rate = rates.reports
        self._reports: TokenBucket | None = None
        """Made with the first report, for most never make one."""

    def take_message(self, now: float, size_bytes: int) -> float:
        full_at, bytes_full_at = self._messages_full_at, self._bytes_full_at
        full_at = (full_at if full_at > now else now) + self._message_s
        bytes_full_at = (bytes_full_at if bytes_full_at > now else now) + size_bytes * self._byte_s
        wait_s, bytes_wait_s = full_at - self._messages_burst_s, bytes_full_at - self._bytes_burst_s
        wait_s = (wait_s if wait_s > bytes_wait_s else bytes_wait_s) - now
        if wait_s > ROUNDING_S:
            return wait_s
        self._messages_full_at, self._bytes_full_at = full_at, bytes_full_at
        return 0.0

    def take_report(self, now: float) -> float:
        if self._reports is None:
            self._reports = TokenBucket(self._reports_rate.per_s, self._reports_rate.burst, now)
        return self._reports.take(now)


def hourly(number: int) -> Rate:
    """Return the rate of so many in an hour, all of which may come at once."""
    return Rate(number / 3_600, number)
