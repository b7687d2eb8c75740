"""Where the sessions are that have left this server lately."""

from collections import deque
from typing import NamedTuple

from signaling_server.domain.peer import NodeId
from signaling_server.protocol.messages import CallId, SessionId


class Departure(NamedTuple):
    """A session that another server has now, and what still leads here: until when."""

    node: NodeId
    session: SessionId
    token: str
    call: CallId | None
    """The call that it took along, where nobody of it has stayed here."""
    place: str | None
    """Its place in that call (place_in), whoever has stayed."""
    until: float

    @property
    def keys(self) -> list[str]:
        keys = (self.session, self.token, self.call, self.place)
        return [key for key in keys if key is not None]


def place_in(call: str, side: int) -> str:
    """Return what stands for one of the two places of a call."""
    return f"{call}.{side}"


class Departures:
    """The sessions that have left, by session, by the token that was used, and by call."""

    def __init__(self) -> None:
        self._found: dict[str, Departure] = {}
        self._in_order: deque[Departure] = deque()

    def add(self, departure: Departure) -> None:
        self._in_order.append(departure)
        self._found.update(dict.fromkeys(departure.keys, departure))

    def find(self, key: str) -> Departure | None:
        """Return what became of a session, a token, a call or a place in one, if it has left."""
        return self._found.get(key)

    def forget(self, key: str) -> None:
        """It is here again, or nothing will come for it any more."""
        self._found.pop(key, None)

    def pass_time(self, now: float) -> None:
        """Forget those whose time is over."""
        while self._in_order and self._in_order[0].until <= now:
            departure = self._in_order.popleft()
            for key in departure.keys:
                if self._found.get(key) is departure:
                    del self._found[key]
