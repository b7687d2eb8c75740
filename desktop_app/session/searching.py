"""The search as it stands with the server: said, taken up, and said again where it has to be."""

import logging
from collections.abc import Callable

from desktop_app.engine_messages import ConnectionReady
from desktop_app.media.engine import Engine, EngineState
from desktop_app.session.phases import Phase
from desktop_app.session.reach import Reach
from desktop_app.session.search import Search
from desktop_app.session.situation_board import SituationBoard
from desktop_app.session.timers import Timers
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.client import SignalingClient
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    Pool,
    QueueJoined,
    QueueLeave,
    QueueMatched,
    SessionError,
    Welcome,
)
from signaling_server.protocol.versions import Feature

SEARCH_TYPES = ("call.next", "queue.join")
LEAVE_TYPE = "queue.leave"
UNANSWERED_S = 2.0
"""A search that has not been answered this long after a resumed welcome is said again."""
REFUSED_S = 2.0
"""What was said too fast is said again after this, where the server does not say when ..."""
REFUSED_MIN_S = 0.25
"""... and after this at the earliest, whatever it says."""

log = logging.getLogger(__name__)


class Searching:
    """Keeps the server told of whom the person looks for. Interface thread only."""

    def __init__(
        self,
        board: SituationBoard,
        engine: Engine,
        link: SignalingClient,
        store: SettingsStore,
        reach: Reach,
        clock: Callable[[], float],
    ) -> None:
        self._board = board
        self._engine = engine
        self._link = link
        self._store = store
        self._reach = reach
        self._clock = clock
        self._search = Search()
        self._told = False
        """Whether what the person wants was last handed to the link, which then delivers it."""
        self._timers = Timers()
        self.know_pools: Callable[[tuple[Pool, ...]], None] = self._search.know_pools

    @property
    def _is_on(self) -> bool:
        return self._board.phase is Phase.SEARCHING

    def begin(self) -> None:
        """Look for another stranger: what matches an earlier search does not count any more.

        The server is told, who meets nobody with an engine that is not there, or has no relay.
        It is said again once there is an engine, or a connection through the relay.
        """
        self._search.begin()
        if self._engine.state is EngineState.RUNNING and self._reach.may_search:
            self._told = self._link.send(self._search.next_message(self._store.value))
        else:
            self._told = self._link.send(QueueLeave())
        self.cancel()

    def begin_anew(self) -> None:
        """A wish or the engine has changed; whoever does not search goes on without."""
        if self._is_on:
            self.begin()

    def resume(self, welcome: Welcome) -> None:
        """The socket is back: say what it may not have taken."""
        if not self._told or not _is_exact(welcome):
            self.begin()
        elif not self._search.is_joined:
            # The answer follows now; should it have been a refusal, it is lost.
            self._timers.start("retry", UNANSWERED_S, self._retry)

    def cancel(self) -> None:
        """Say nothing later by itself: another search begins, or the person has stopped."""
        self._timers.cancel_all()
        self._board.show(too_fast_until=None)

    def close(self) -> None:
        self._timers.cancel_all()

    def take_joined(self, joined: QueueJoined) -> None:
        """The server has taken up what was said."""
        self._search.note_joined(joined.search)
        self._timers.cancel_all()
        self._board.show(online=joined.online, too_fast_until=None)

    def take_error(self, error: SessionError) -> bool:
        """Wait as long as a refusal says; False where the server takes no such search at all."""
        about_search = self._is_on and error.about in SEARCH_TYPES
        if error.code is ErrorCode.RATE_LIMITED and (about_search or error.about == LEAVE_TYPE):
            self._wait(error.retry_after_s)
            return True
        # A queue.join comes in a wrong state when a match has crossed it.
        if not about_search or error.code is ErrorCode.WRONG_STATE:
            return True
        log.warning("search refused: %s", error.code)
        return False

    def take_match(self, match: QueueMatched) -> tuple[bool, ConnectionReady | None]:
        """Return whether it belongs to this search, and the connection that was parked with it."""
        return self._search.take(match.search)

    def offer(self, ready: ConnectionReady) -> None:
        """The engine has a fresh connection, for the next thing that is said."""
        self._search.offer(ready)

    def park_newest(self) -> None:
        """Say the same search with the fresher connection, unless that has been done."""
        if self._is_on and not self._search.parks_newest:
            self._refresh()

    def withdraw(self) -> None:
        """What the engine had ready is gone, or must not be used any more."""
        self._search.offer(None)

    def _wait(self, asked_s: float | None) -> None:
        delay_s = REFUSED_S if asked_s is None else max(REFUSED_MIN_S, asked_s)
        if self._is_on:
            self._board.show(too_fast_until=self._clock() + delay_s)
        self._timers.start("retry", delay_s, self._retry)

    def _retry(self) -> None:
        self._board.show(too_fast_until=None)
        if self._is_on and self._search.is_taken_up:
            self._refresh()  # which keeps the place in the queue
        elif self._is_on:
            self.begin()
        elif self._board.call is None:
            self._link.send(QueueLeave())

    def _refresh(self) -> None:
        self._told = self._link.send(self._search.refreshed_message(self._store.value))


def _is_exact(welcome: Welcome) -> bool:
    """Whether the session goes on, and nothing of what was said in it is lost."""
    return welcome.resumed and Feature.ACKNOWLEDGED in welcome.features
