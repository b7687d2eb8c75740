"""The searches: who begins to wait, who is looked at again, and who stops."""

from collections.abc import Callable

from signaling_server.domain.agenda import Agenda, Alarm
from signaling_server.domain.calls import Calls
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.domain.waiting_line import WaitingLine
from signaling_server.protocol import limits
from signaling_server.protocol.messages import Mode, Search


class Searching:
    """Pairs the peers who wait; each step returns who is to be told what."""

    def __init__(
        self, clock: Callable[[], float], line: WaitingLine, agenda: Agenda, calls: Calls
    ) -> None:
        self._clock = clock
        self._line = line
        self._agenda = agenda
        self._calls = calls

    def waiting(self, mode: Mode) -> int:
        """Return how many could be matched in a mode right now."""
        return self._line.count(mode)

    def begin(self, peer: Peer, search: Search) -> None:
        """Make this the peer's search; it is not looked for anybody yet."""
        if peer.search is None:
            peer.waiting_since = self._clock()
        self.stop(peer)
        peer.search = search

    def look(self, peer: Peer) -> list[Delivery]:
        """Pair a peer that searches, or have it wait and look again later."""
        search = peer.search
        if search is None:
            return []
        self._line.discard(peer, search)
        now = self._clock()
        stranger = self._line.find(peer, search, now)
        if stranger is not None and (theirs := stranger.search) is not None:
            self.stop(peer)
            self.stop(stranger)
            return self._calls.begin(peer, search, stranger, theirs)
        self._line.add(peer, search)
        peer.turn += 1
        self._agenda.add(now + limits.REPEAT_AFTER_S, Alarm.LOOK_AGAIN, peer)
        return []

    def pause(self, peer: Peer) -> None:
        """Keep the search, but match the peer to nobody until it looks again."""
        if peer.search is not None:
            self._line.discard(peer, peer.search)

    def stop(self, peer: Peer) -> None:
        """Give the search up, if there is one."""
        self.pause(peer)
        peer.search = None
