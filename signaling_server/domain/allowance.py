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


_HANDFULS = 8
"""So many are a burst."""


class Allowance:
    """What one session, or everybody behind one address, may still say.

    A session keeps its own over all its sockets, so that a new socket is no new allowance.
    Each method takes its part and returns 0, or the seconds after which it is worth asking
    again.

    Messages and their bytes are taken from their buckets by the handful, for every message is
    counted twice; what is in hand is part of the burst.
    """

    __slots__ = (
        "_bytes",
        "_bytes_in_hand",
        "_handful",
        "_handful_bytes",
        "_messages",
        "_messages_in_hand",
        "_reports",
        "_reports_rate",
        "_searches",
    )

    def __init__(self, rates: Rates, now: float) -> None:
        messages, size = rates.messages, rates.bytes
        self._handful = self._messages_in_hand = messages.burst // _HANDFULS
        self._handful_bytes = self._bytes_in_hand = size.burst // _HANDFULS
        self._messages = TokenBucket(messages.per_s, messages.burst - self._handful, now)
        self._bytes = TokenBucket(size.per_s, size.burst - self._handful_bytes, now)
        self._searches = TokenBucket(rates.searches.per_s, rates.searches.burst, now)
        self._reports_rate = rates.reports
        self._reports: TokenBucket | None = None
        """Made with the first report, for most never make one."""

    def take_message(self, now: float, size_bytes: int) -> float:
        messages, size = self._messages_in_hand - 1, self._bytes_in_hand - size_bytes
        if messages < 0 or size < 0:
            return self._take_handful(now, messages, size)
        self._messages_in_hand, self._bytes_in_hand = messages, size
        return 0.0

    def take_search(self, now: float) -> float:
        return self._searches.take(now)

    def take_report(self, now: float) -> float:
        if self._reports is None:
            self._reports = TokenBucket(self._reports_rate.per_s, self._reports_rate.burst, now)
        return self._reports.take(now)

    def _take_handful(self, now: float, messages: int, size: int) -> float:
        """Fill the hand, which would hold so many and so many bytes, or only what it lacks."""
        wanted, wanted_bytes = self._handful - messages, self._handful_bytes - size
        if not self._messages.take_with(now, wanted, self._bytes, wanted_bytes):
            self._messages_in_hand, self._bytes_in_hand = self._handful, self._handful_bytes
            return 0.0
        wait_s = self._messages.take_with(now, max(0, -messages), self._bytes, max(0, -size))
        if not wait_s:
            self._messages_in_hand, self._bytes_in_hand = max(0, messages), max(0, size)
        return wait_s


def hourly(number: int) -> Rate:
    """Return the rate of so many in an hour, all of which may come at once."""
    return Rate(number / 3_600, number)
