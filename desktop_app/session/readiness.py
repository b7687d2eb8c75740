"""The connection that is kept ready for the next stranger, and the relay that it may need."""

from collections.abc import Callable

from desktop_app.engine_messages import ConnectionReady, RelayFailed, RelayProblem
from desktop_app.session.phases import Phase
from desktop_app.session.reach import Reach
from desktop_app.session.searching import Searching
from desktop_app.session.situation_board import SituationBoard
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.messages import SessionRelay


class Readiness:
    """Has a connection prepared as strangers are to be reached, and gives it to the search.

    Interface thread only. on_no_relay is called when a call that is being set up gets none.
    `on_event` says what is done with the engine's events about what is ready.
    """

    def __init__(
        self,
        board: SituationBoard,
        store: SettingsStore,
        reach: Reach,
        searching: Searching,
        on_no_relay: Callable[[], None],
    ) -> None:
        self._board = board
        self._store = store
        self._reach = reach
        self._searching = searching
        self._on_no_relay = on_no_relay
        self.on_event: dict[type, Callable[..., None]] = {
            ConnectionReady: self._take_ready,
            RelayFailed: lambda event: self._note_relay(event.problem),
        }
        reach.expired.connect(lambda _: self._begin_anew())

    def prepare(self) -> None:
        """Tell the engine what to keep ready, in the mode of the next call."""
        if self._reach.prepare(self._store.value.mode):
            # What is ready may hold an address that strangers must not learn any more.
            self._searching.withdraw()

    def take_access(self, message: SessionRelay) -> None:
        """The server has given access to its relay."""
        self._reach.take_access(message)
        self.prepare()

    def follow_settings(self) -> None:
        """What the person wants may have changed how strangers are reached."""
        if self._reach.has_changed:
            self._reach.problem = None
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Who still searches when the access is over was held up, and asks for it anew."""
        self._board.show(relay_problem=None)
        self.prepare()
        self._searching.begin_anew()

    def _take_ready(self, ready: ConnectionReady) -> None:
        if not self._reach.fits(ready):
            return
        self._searching.offer(ready)
        self._note_relay(None)
        self._searching.park_newest()

    def _note_relay(self, problem: RelayProblem | None) -> None:
        """The relay cannot be used, or can be again: the search waits so long."""
        if not self._reach.relay_only:
            problem = None
        if problem is not self._reach.problem:
            waited, self._reach.problem = self._reach.problem, problem
            self._board.show(relay_problem=problem)
            if problem is None or waited is None:
                self._searching.begin_anew()
        if problem is RelayProblem.UNREACHABLE and self._board.phase is Phase.CONNECTING:
            self._on_no_relay()
