"""The conversation with strangers: next, stop, say, and everything that happens in between."""

import time
from collections.abc import Callable

from desktop_app.core import Signal
from desktop_app.engine_messages import AddressesChanged, Event
from desktop_app.media.engine import Engine, EngineState
from desktop_app.session.blocks import Blocks
from desktop_app.session.encounter import Encounter
from desktop_app.session.phases import Phase, Step
from desktop_app.session.reach import Reach
from desktop_app.session.readiness import Readiness
from desktop_app.session.refusal import Refusal
from desktop_app.session.reporting import REPORT_TYPE, Reportable, Reporting
from desktop_app.session.searching import Searching
from desktop_app.session.situation import Ending, Situation, TranscriptLine
from desktop_app.session.situation_board import SituationBoard
from desktop_app.session.timers import Timers
from desktop_app.session.wishes import Wishes
from desktop_app.settings.model import Server
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.link import Link, LinkProblem, LinkState
from signaling_server.protocol.messages import (
    CallReported,
    InterestsSuggested,
    Mode,
    QueueJoined,
    QueueLeave,
    QueueMatched,
    ServerMessage,
    SessionError,
    SessionOnline,
    SessionRelay,
    Welcome,
)

NEXT_INTERVAL_S = 0.25
"""A hammered key asks for the next stranger this often at most; the last press counts."""


class Conversation:
    """What a person does with strangers. All methods are called on the interface's thread.

    The call itself needs no server: when the link drops, the call goes on, and what the
    person wants (`situation.phase`) is said again to the server when it is back.
    """

    def __init__(
        self,
        engine: Engine,
        link: SignalingClient,
        store: SettingsStore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.consent_needed: Signal[None] = Signal()
        self._engine = engine
        self._link = link
        self._store = store
        self._clock = clock
        self._board = SituationBoard(store, engine.state, clock)
        self._encounter = Encounter(self._board, engine, link, self._finish, clock)
        self._reporting = Reporting(self._board, link, Timers())
        self._refusal = Refusal(self._board, link, clock)
        self._reach = Reach(engine, store)
        self._searching = Searching(self._board, engine, link, store, self._reach, clock)
        self._readiness = Readiness(
            self._board,
            store,
            self._reach,
            self._searching,
            on_no_relay=lambda: self._finish(Ending.NO_RELAY),
        )
        self.wishes = Wishes(store, link, self._searching.begin_anew)
        self._blocks = Blocks(store, self._part_from)
        self._last_call: str | None = None
        self._resumed_call: str | None = None
        """The call that the server believed us in when the socket came back."""
        self._last_next = -NEXT_INTERVAL_S
        self._timers = Timers()
        self.changed = self._board.changed
        self.statistics = self._encounter.statistics
        self.line_added = self._encounter.transcript.line_added
        self.line_changed = self._encounter.transcript.line_changed
        self.transcript_cleared = self._encounter.transcript.cleared
        self.say = self._encounter.say
        self.set_typing = self._encounter.set_typing
        self.report = self._reporting.report
        self.report_answered = self._reporting.answered
        self.block = self._blocks.block
        self.unblock = self._blocks.unblock
        self.unblock_all = self._blocks.unblock_all
        self.accept_direct = self._reach.accept_direct
        self.set_prefers_direct = self._reach.set_prefers_direct
        self._on_message: dict[type, Callable[..., None]] = {
            **self._encounter.on_message,
            QueueJoined: self._searching.take_joined,
            QueueMatched: self._take_match,
            CallReported: self._reporting.take_reported,
            SessionError: self._take_error,
            SessionRelay: self._readiness.take_access,
            SessionOnline: lambda message: self._board.show(
                online=message.online, likely_wait_s=message.likely_wait_s
            ),
            InterestsSuggested: self.wishes.suggested.emit,
        }
        self._on_event: dict[type, Callable[..., None]] = {
            **self._encounter.on_event,
            **self._readiness.on_event,
            AddressesChanged: self._take_addresses,
        }
        link.welcomed.connect(self._greet)
        link.received.connect(self._dispatch_message)
        link.state_changed.connect(self._show_link)
        engine.received.connect(self._dispatch_event)
        engine.started.connect(lambda _: self._equip_engine())
        engine.state_changed.connect(self._show_engine)
        store.changed.connect(lambda _: self._follow_settings())

    # --- what the person sees ------------------------------------------------------------

    @property
    def situation(self) -> Situation:
        return self._board.situation

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        return self._encounter.transcript.lines

    @property
    def needs_direct_consent(self) -> bool:
        """Whether strangers would learn this machine's address and the person has not agreed."""
        return self._reach.needs_direct_consent

    @property
    def reportable(self) -> Reportable | None:
        """Whom a report can be about: the stranger of this call, or of the last one."""
        return self._reporting.reportable

    @property
    def takes_evidence(self) -> bool:
        """Whether a report on this server may carry evidence."""
        return self._reporting.takes_evidence

    # --- what the person does ------------------------------------------------------------

    def next(self) -> None:
        """Ask for the first or another stranger; harmless however often it is called."""
        if self.needs_direct_consent:
            self.consent_needed.emit(None)
            return
        wait_s = self._last_next + NEXT_INTERVAL_S - self._clock()
        if wait_s > 0:
            self._timers.start("next", wait_s, self._go_next)
        else:
            self._go_next()

    def stop(self) -> None:
        """Leave the stranger or the search; the devices are released by whoever follows us."""
        self._stop(None)

    def set_auto_next(self, on: bool) -> None:
        self._store.change(auto_next=on)

    def set_mode(self, mode: Mode) -> None:
        """Choose what calls carry; a running call keeps its mode."""
        if mode is not self._store.value.mode:
            self._store.change(mode=mode)
            self._readiness.prepare()
            self._searching.begin_anew()

    def use_server(self, server: Server) -> None:
        """Make this the server in use and go there; a running call is left."""
        self._store.change(servers=self._store.value.servers_with(server), server=server.url)
        if self._board.phase is not Phase.IDLE:
            self.stop()
        self._reach.forget()
        self._reporting.forget()
        self._board.show(
            online=None, likely_wait_s=None, pools=(), offers_relay=False, relay_problem=None
        )
        self._link.connect(server.url, plain_accepted=server.plain_accepted)

    def renew_key(self) -> None:
        """Become another person to every server: who was blocked may be met again, both ways."""
        if self._board.phase is not Phase.IDLE:
            self.stop()
        self._link.renew_key()

    def reconnect(self) -> None:
        """Try the server now, after a sleep of the machine or when the person asks."""
        self._link.reconnect()

    def close(self) -> None:
        self._timers.cancel_all()
        self._searching.close()
        self._encounter.close()
        self._reporting.close()
        self._reach.close()
        self._refusal.close()

    # --- searching -----------------------------------------------------------------------

    def _go_next(self) -> None:
        self._timers.cancel_all()
        if self._board.phase is not Phase.SEARCHING:
            self._encounter.leave()
            self._begin_search(Step.NEXT)
        elif self._board.situation.link is Link.WAITING:
            self._link.reconnect()
        self._refusal.ask_again()

    def _begin_search(self, *steps: Step, ending: Ending | None = None) -> None:
        self._last_next = self._clock()
        self._searching.begin()  # before the move: painting what has changed takes longer
        self._board.move(*steps, ending=ending)

    def _greet(self, welcome: Welcome) -> None:
        """A socket stands: say again what the server has to know."""
        self._reach.greet(welcome)
        self._reporting.greet(welcome)
        self._resumed_call = welcome.call
        pools = tuple(welcome.pools)
        self._searching.know_pools(pools)
        self._readiness.prepare()
        self._board.show(
            online=welcome.online,
            likely_wait_s=welcome.likely_wait_s,
            pools=pools,
            offers_relay=bool(self._reach.offers_relay),
            relay_problem=self._reach.problem,
        )
        if self._board.phase is Phase.SEARCHING and self.needs_direct_consent:
            # Whether there is a relay was not known when the person pressed next.
            self.stop()
            self.consent_needed.emit(None)
            return
        self._encounter.greet(welcome.call)
        match self._board.phase:
            case Phase.SEARCHING if welcome.call in (None, self._last_call):
                self._searching.resume(welcome)
            case Phase.IDLE if welcome.resumed:
                # What the session waits for, or has met, may be from before the person stopped.
                self._link.send(QueueLeave())

    def _take_error(self, error: SessionError) -> None:
        if error.about == REPORT_TYPE:
            self._reporting.take_error(error)
        elif not self._searching.take_error(error):
            self._stop(Ending.SEARCH_REFUSED)

    def _take_match(self, match: QueueMatched) -> None:
        belongs, ready = self._searching.take_match(match)
        if self._board.phase is Phase.IDLE:
            # It has crossed our leaving, or that was refused: nobody is to wait for us.
            self._link.send(QueueLeave())
        if self._board.phase is not Phase.SEARCHING:
            return
        if not belongs:
            if match.call == self._resumed_call:
                # Of an older search: the newer one was lost with the socket.
                self._searching.begin()
            return
        self._last_call = match.call
        self._encounter.begin(match, ready)

    # --- the end of a call ---------------------------------------------------------------

    def _part_from(self, blocked: str) -> None:
        """Somebody was blocked, who may be the stranger of the moment."""
        met = self._board.situation.stranger
        if met is None or met.id != blocked:
            return
        if self._board.situation.auto_next and not self.needs_direct_consent:
            self.next()
        else:
            self._stop(Ending.BLOCKED)

    def _stop(self, ending: Ending | None) -> None:
        self._timers.cancel_all()
        self._searching.cancel()
        self._encounter.leave()
        self._board.move(Step.STOP, ending=ending)
        self._link.send(QueueLeave())

    def _finish(self, ending: Ending) -> None:
        """The call is over without the person's doing; a next that was pressed still counts."""
        self._encounter.leave()
        may_go_on = self._engine.state is not EngineState.FAILED and not self.needs_direct_consent
        if self._board.situation.auto_next and may_go_on:
            # In one move: a moment of idleness between would release the devices.
            self._begin_search(Step.ENDED, Step.NEXT, ending=ending)
            self._refusal.ask_again_unasked()
        else:
            self._board.move(Step.ENDED, ending=ending)
            self._link.send(QueueLeave())

    # --- link, engine, settings ----------------------------------------------------------

    def _dispatch_message(self, message: ServerMessage) -> None:
        handler = self._on_message.get(type(message))
        of_any_call = isinstance(message, QueueMatched | CallReported)
        if handler is not None and (of_any_call or self._is_current(message)):
            handler(message)

    def _dispatch_event(self, event: Event) -> None:
        handler = self._on_event.get(type(event))
        if handler is not None and self._is_current(event):
            handler(event)

    def _is_current(self, about: object) -> bool:
        """Whether this is about the call of the moment, or about no call."""
        return getattr(about, "call", self._board.call) == self._board.call

    def _show_link(self, state: LinkState) -> None:
        self._board.show(
            link=state.link,
            link_problem=state.problem,
            retry_at=state.retry_at,
            ban=state.ban,
        )
        self._refusal.follow(state)
        if state.problem is LinkProblem.BANNED and self._board.call is not None:
            # The stranger has been told that we left.
            self._finish(Ending.BANNED)

    def _show_engine(self, state: EngineState) -> None:
        self._board.show(engine=state)
        if state is EngineState.RUNNING:
            return
        self._searching.withdraw()
        in_call = self._board.call is not None
        if in_call and (
            state is EngineState.FAILED or self._board.situation.link is not Link.ONLINE
        ):
            self._finish(Ending.ENGINE_LOST)
        elif in_call:
            self._board.show(media_silent=True)
        elif state is EngineState.FAILED and self._board.phase is Phase.SEARCHING:
            self.stop()
        else:
            self._searching.begin_anew()

    def _equip_engine(self) -> None:
        """A new engine process runs: tell it where we are."""
        self._readiness.prepare()
        if self._board.phase is Phase.SEARCHING:
            self._searching.begin()
        elif self._board.call is not None and self._encounter.server_knows:
            self._encounter.renew()
        elif self._board.call is not None:
            self._finish(Ending.ENGINE_LOST)

    def _take_addresses(self, event: AddressesChanged) -> None:
        if event.reachable:
            self._link.addresses_changed()
            self._encounter.addresses_changed()

    def _follow_settings(self) -> None:
        self._readiness.follow_settings()
        if self._store.value.auto_next != self._board.situation.auto_next:
            self._board.show(auto_next=self._store.value.auto_next)
        if self._board.call is None and self._store.value.mode is not self._board.situation.mode:
            self._board.show(mode=self._store.value.mode)
