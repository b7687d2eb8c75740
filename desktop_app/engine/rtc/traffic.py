"""What goes through one connection of a call: bytes, and how long there was no sign of life."""

from collections.abc import Callable

from desktop_app.engine_messages import MediaHealth

SILENT_AFTER_S = 1.0
BROKEN_AFTER_S = 2.5
ASK_AFTER_S = 0.4
"""A stranger who has sent nothing for so long, muted for instance, is asked for a sign of life ..."""
ASK_EVERY_S = 0.4
"""... this often: two answers may get lost before the silence is shown."""
MEDIA_BYTES = range(128, 192)
"""First bytes of RTP and RTCP (RFC 7983, section 7)."""
RTCP_GOODBYE = 203
"""Second byte of an RTCP packet that says goodbye (RFC 3550, section 6.6): it carries nothing more."""
DATA_BYTE = 23
"""First byte of a DTLS record that carries data, and not a handshake (RFC 6347, section 4.1)."""


class Traffic:
    """Counts datagrams. Belongs to the loop; the clock is in seconds.

    on_carried is called with the first sound, picture or message that is received.
    """

    def __init__(self, clock: Callable[[], float], on_carried: Callable[[], None]) -> None:
        self._clock = clock
        self._on_carried = on_carried
        self._carries = False
        self._alive_at = self._heard_at = clock()
        self._asked_at = 0.0
        self.received_bytes = 0
        self.sent_bytes = 0

    def received(self, data: bytes) -> None:
        self._alive_at = self._heard_at = self._clock()
        self.received_bytes += len(data)
        if not self._carries and _carries(data):
            self._carries = True
            self._on_carried()

    def live(self) -> None:
        """Note a sign of life that is no datagram of the call: a check of ICE, or its answer."""
        self._alive_at = self._clock()

    def sent(self, count: int) -> None:
        self.sent_bytes += count

    def go_on_from(self, older: "Traffic") -> None:
        """Count on from the connection that this one has replaced."""
        self.received_bytes += older.received_bytes
        self.sent_bytes += older.sent_bytes

    def silent_for_s(self) -> float:
        return self._clock() - self._alive_at

    def is_to_ask(self) -> bool:
        """Whether it is time to ask the stranger for a sign of life; answers do not count."""
        now = self._clock()
        if now - self._heard_at < ASK_AFTER_S or now - self._asked_at < ASK_EVERY_S:
            return False
        self._asked_at = now
        return True

    @property
    def health(self) -> MediaHealth:
        silent_s = self.silent_for_s()
        if silent_s >= BROKEN_AFTER_S:
            return MediaHealth.BROKEN
        return MediaHealth.SILENT if silent_s >= SILENT_AFTER_S else MediaHealth.CONNECTED


def _carries(data: bytes) -> bool:
    if data[0] in MEDIA_BYTES:
        return data[1:2] != bytes((RTCP_GOODBYE,))
    return data[0] == DATA_BYTE
