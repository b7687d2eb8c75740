"""Time-limited access to the relay, as coturn's use-auth-secret checks it.

A user name is "<unix time of expiry>:<session>", its password base64(HMAC-SHA1(secret, name))
(draft-uberti-behave-turn-rest-00). coturn counts its quotas by what follows the colon, so a
session keeps that part for as long as it lasts.
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence

from signaling_server.domain.peer import Peer
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


class Renewals:
    """Whose access is to be renewed, and when: as all of it holds equally long, in that order.

    Access may hold for days, so that nobody who has gone is kept until it would be renewed.
    """

    def __init__(self) -> None:
        self._due: OrderedDict[Peer, float] = OrderedDict()

    def note(self, peer: Peer, due: float) -> None:
        """Renew the peer's access then, and no sooner."""
        self._due[peer] = due
        self._due.move_to_end(peer)

    def forget(self, peer: Peer) -> None:
        """The peer is gone."""
        self._due.pop(peer, None)

    def next_due(self) -> float | None:
        """Return when the first is due; None without any."""
        return next(iter(self._due.values()), None)

    def take_due(self, now: float) -> list[Peer]:
        """Remove and return those whose time has come."""
        due = []
        while self._due and next(iter(self._due.values())) <= now:
            due.append(self._due.popitem(last=False)[0])
        return due
