"""When a stranger captured what carries a timestamp (RFC 3550, section 6.4.1)."""

WRAP = 1 << 32


class SenderClock:
    """Follows the sender reports of one stream. Reports come on the loop, questions from any thread."""

    def __init__(self, rate: int) -> None:
        """rate is the timestamps' clock in Hz."""
        self._rate = rate
        self._report: tuple[float, int] | None = None

    def take_report(self, ntp_timestamp: int, timestamp: int) -> None:
        """Take what a report says: one moment, by the stranger's own clock and as a timestamp."""
        self._report = ntp_timestamp / WRAP, timestamp

    def captured_s(self, timestamp: int) -> float | None:
        """Return the stranger's time in seconds; None before the first report."""
        report = self._report
        if report is None:
            return None
        half = WRAP // 2
        return report[0] + ((timestamp - report[1] + half) % WRAP - half) / self._rate
