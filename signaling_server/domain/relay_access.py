"""Time-limited access to the relay, as coturn's use-auth-secret checks it.

A user name is "<unix time of expiry>:<session>", its password base64(HMAC-SHA1(secret, name))
(draft-uberti-behave-turn-rest-00). coturn counts its quotas by what follows the colon, so a
session keeps that part for as long as it lasts.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence

from signaling_server.protocol.messages import SessionId, SessionRelay


class RelayAccess:
    """Makes credentials. wall_clock gives unix seconds, for the relay knows no other clock."""

    def __init__(
        self, urls: Sequence[str], secret: str, ttl_s: float, wall_clock: Callable[[], float]
    ) -> None:
        self._urls = list(urls)
        self._secret = secret.encode()
        self._wall_clock = wall_clock
        self.ttl_s = ttl_s

    @property
    def renew_after_s(self) -> float:
        """Half of the time is left then for a client to make its connections ready anew."""
        return self.ttl_s / 2

    def for_session(self, session: SessionId) -> SessionRelay:
        """Return access that begins now."""
        name = f"{int(self._wall_clock() + self.ttl_s)}:{session}"
        digest = hmac.new(self._secret, name.encode(), hashlib.sha1).digest()
        return SessionRelay(
            urls=self._urls,
            username=name,
            credential=base64.b64encode(digest).decode(),
            valid_s=self.ttl_s,
        )
