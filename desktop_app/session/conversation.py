"""The conversation with strangers: next, stop, say, and everything that happens in between."""

import functools
import logging
import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from desktop_app.core import Signal
from desktop_app.engine_messages import (
    CallConnected,
    CallFailed,
    CallFailure,
    CallHealth,
    ConnectionReady,
    Event,
    LocalDescription,
    MediaHealth,
    RelayFailed,
    RelayProblem,
    SendText,
    SendTyping,
    Statistics,
    StrangerState,
    TextDelivered,
    TextReceived,
    TypingReceived,
)
from desktop_app.media.engine import Engine, EngineState
from desktop_app.session.exchange import MediaExchange
from desktop_app.session.phases import Phase, Step, advance
from desktop_app.session.reach import Reach
from desktop_app.session.search import Search
from desktop_app.session.situation import (
    ENDING_OF_FAILURE,
    ENDING_OF_REASON,
    Ending,
    Situation,
    Stranger,
    TranscriptLine,
)
from desktop_app.session.timers import Timers
from desktop_app.session.transcript import Transcript
from desktop_app.settings.model import Server
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.link import Link, LinkState
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnd,
    CallEnded,
    DescriptionKind,
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

log = logging.getLogger(__name__)

NEXT_INTERVAL_S = 0.25
"""A hammered key asks for the next stranger this often at most; the last press counts."""
GONE_AFTER_S = 3.0
"""A stranger whose socket and media have both been silent this long is gone."""
LAST_WORD_S = 2.0
"""How long to wait for the server's reason after the stranger has closed the connection."""


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
        self.changed: Signal[Situation] = Signal()
        self.consent_needed: Signal[None] = Signal()
        self.statistics: Signal[Statistics] = Signal()
        self._transcript = Transcript()
        self.line_added = self._transcript.line_added
        self.line_changed = self._transcript.line_changed
        self.transcript_cleared = self._transcript.cleared
        self._engine = engine
        self._link = link
        self._store = store
        self._clock = clock
        self._exchange = MediaExchange(engine, link)
        self._search = Search()
        self._reach = Reach(engine, store, self._prepare)
        self._last_call: str | None = None
        self._resumed_call: str | None = None
        """The call that the server believed us in when the socket came back."""
        self._server_knows_call = False
        """Whether the server still relays for the call: one that was started again does not."""
        self._last_next = -NEXT_INTERVAL_S
        self._timers = Timers()
        self._situation = Situation(
            mode=store.value.mode,
            auto_next=store.value.auto_next,
            phase_since=clock(),
            engine=engine.state,
        )
        self._on_message: dict[type, Callable[..., None]] = {
            QueueJoined: self._take_joined,
            QueueMatched: self._take_match,
            CallDescription: self._take_description,
            CallCandidate: self._take_candidate,
            CallAway: lambda message: self._update_stranger(message.call, away=True),
            CallBack: lambda message: self._update_stranger(message.call, away=False),
            CallEnded: self._take_end,
            SessionError: self._take_error,
            SessionRelay: self._take_relay_access,
            SessionOnline: lambda message: self._show(online=message.online),
        }
        self._on_event: dict[type, Callable[..., None]] = {
            ConnectionReady: self._take_ready,
            RelayFailed: lambda event: self._note_relay(event.problem),
            LocalDescription: self._exchange.relay,
            CallConnected: self._take_connected,
            CallHealth: self._take_health,
            CallFailed: self._take_failure,
            StrangerState: self._take_state,
            TypingReceived: self._take_typing,
            TextReceived: self._take_text,
            TextDelivered: self._take_delivered,
            Statistics: self._take_statistics,
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
        return self._situation

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        return self._transcript.lines

    @property
    def needs_direct_consent(self) -> bool:
        """Whether strangers would learn this machine's address and the person has not agreed."""
        return self._reach.needs_direct_consent

    @property
    def blocked_count(self) -> int:
        return len(self._store.value.blocked)

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
        self._timers.cancel_all()
        self._leave_media()
        self._move(Step.STOP, ending=None)
        self._link.send(QueueLeave())

    def say(self, text: str) -> bool:
        """Write to the stranger; False when there is nobody, or nothing, or too much to say."""
        call, text = self._situation.call, text.strip()
        if self._situation.phase is not Phase.TALKING or call is None:
            return False
        if not 0 < len(text) <= TEXT_MAX_CHARACTERS:
            return False
        line = self._transcript.add(call, text, mine=True)
        self._engine.send(SendText(call=call, number=line.number, text=text))
        return True

    def set_typing(self, typing: bool) -> None:
        if self._situation.phase is Phase.TALKING and self._situation.call is not None:
            self._engine.send(SendTyping(call=self._situation.call, typing=typing))

    def block_stranger(self) -> None:
        """Never meet this person again: part now, and say so with every later search."""
        if (stranger := self._situation.stranger) is None:
            return
        self._store.change(blocked=self._store.value.blocked_with(stranger.id))
        if self._situation.auto_next:
            self.next()
        else:
            self.stop()

    def unblock_all(self) -> None:
        self._store.change(blocked=())

    def set_auto_next(self, on: bool) -> None:
        self._store.change(auto_next=on)

    def set_wants_camera(self, on: bool) -> None:
        self._store.change(wants_camera=on)
        self._search_anew()

    def set_mode(self, mode: Mode) -> None:
        """Choose what calls carry; a running call keeps its mode."""
        if mode is not self._store.value.mode:
            self._store.change(mode=mode)
            self._prepare()
            self._search_anew()

    def use_server(self, server: Server) -> None:
        """Make this the server in use and go there; a running call is left."""
        self._store.change(servers=self._store.value.servers_with(server), server=server.url)
        if self._situation.phase is not Phase.IDLE:
            self.stop()
        self._reach.forget()
        self._show(offers_relay=False, relay_problem=None)
        self._link.connect(server.url, plain_accepted=server.plain_accepted)

    def accept_direct(self) -> None:
        """The person agrees that strangers on this server see the network address."""
        if (server := self._store.value.server_in_use) is not None:
            accepted = msgspec.structs.replace(server, direct_accepted=True)
            self._store.change(servers=self._store.value.servers_with(accepted))

    def set_prefers_direct(self, on: bool) -> None:
        """Allow direct calls on the server in use although it has a relay, or no longer."""
        if (server := self._store.value.server_in_use) is not None:
            changed = msgspec.structs.replace(server, prefers_direct=on)
            self._store.change(servers=self._store.value.servers_with(changed))

    def reconnect(self) -> None:
        """Try the server now, after a sleep of the machine or when the person asks."""
        self._link.reconnect()

    def close(self) -> None:
        self._timers.cancel_all()
        self._reach.close()

    # --- searching -----------------------------------------------------------------------

    def _go_next(self) -> None:
        self._timers.cancel_all()
        if self._situation.phase is Phase.SEARCHING:
            if self._situation.link is Link.WAITING:
                self._link.reconnect()
            return
        self._leave_media()
        self._begin_search(Step.NEXT)

    def _begin_search(self, *steps: Step, ending: Ending | None = None) -> None:
        self._last_next = self._clock()
        self._move(*steps, ending=ending)
        self._search.begin()
        self._send_search()

    def _search_anew(self) -> None:
        """What was asked for before does not count any more, for a wish or the engine changed."""
        if self._situation.phase is Phase.SEARCHING:
            self._search.begin()
            self._send_search()

    def _send_search(self) -> None:
        if self._engine.state is EngineState.RUNNING and self._reach.may_search:
            self._link.send(self._search.next_message(self._store.value))
        else:
            # Nobody should meet an engine that is not there, or that has no relay; the search
            # is sent by _equip_engine and by _take_ready.
            self._link.send(QueueLeave())

    def _greet(self, welcome: Welcome) -> None:
        """A socket stands: say again what the server has to know."""
        self._reach.greet(welcome)
        self._resumed_call = welcome.call
        self._prepare()
        self._show(
            online=welcome.online,
            offers_relay=bool(self._reach.offers_relay),
            relay_problem=self._reach.problem,
        )
        if self._situation.phase is Phase.SEARCHING and self.needs_direct_consent:
            # Whether there is a relay was not known when the person pressed next.
            self.stop()
            self.consent_needed.emit(None)
            return
        self._server_knows_call = welcome.call == self._situation.call
        match self._situation.phase:
            case Phase.SEARCHING if welcome.call in (None, self._last_call):
                self._send_search()
            case Phase.IDLE if welcome.resumed:
                # What the session waits for, or has met, may be from before the person stopped.
                self._link.send(QueueLeave())

    def _take_joined(self, joined: QueueJoined) -> None:
        self._show(online=joined.online, too_fast_until=None)

    def _take_error(self, error: SessionError) -> None:
        searching = self._situation.phase is Phase.SEARCHING
        if error.code is ErrorCode.RATE_LIMITED and searching and error.retry_after_s is not None:
            self._show(too_fast_until=self._clock() + error.retry_after_s)
            self._timers.start("retry", error.retry_after_s, self._retry_search)

    def _retry_search(self) -> None:
        self._show(too_fast_until=None)
        if self._situation.phase is Phase.SEARCHING:
            self._send_search()

    def _take_match(self, match: QueueMatched) -> None:
        belongs, ready = self._search.take(match.search)
        if self._situation.phase is not Phase.SEARCHING:
            return
        if not belongs:
            if match.call == self._resumed_call:
                # Of an older search: the newer one was lost with the socket.
                self._send_search()
            return
        self._transcript.clear()
        self._last_call = match.call
        self._server_knows_call = True
        stranger = Stranger(id=match.stranger, has_camera=match.stranger_has_camera)
        self._move(Step.MATCHED, call=match.call, stranger=stranger, ending=None)
        self._exchange.begin(match, self._situation.mode, ready)

    # --- the call ------------------------------------------------------------------------

    def _take_description(self, message: CallDescription) -> None:
        if message.call != self._situation.call:
            return
        if message.kind is DescriptionKind.OFFER and not self._exchange.expects_offer:
            # The stranger's engine was started again and sets the media up anew.
            self._renew_media(message.sdp)
            return
        self._exchange.pass_description(message)

    def _take_candidate(self, message: CallCandidate) -> None:
        if message.call == self._situation.call:
            self._exchange.pass_candidate(message)

    def _renew_media(self, offer: str | None = None) -> None:
        assert self._situation.call is not None
        self._show(media_silent=True)
        self._exchange.renew(self._situation.call, self._situation.mode, offer)

    def _take_connected(self, event: CallConnected) -> None:
        if self._situation.phase is Phase.CONNECTING:
            self._move(Step.CONNECTED)
        self._take_health(CallHealth(call=event.call, health=MediaHealth.CONNECTED))

    def _take_health(self, event: CallHealth) -> None:
        self._show(media_silent=event.health is MediaHealth.SILENT)
        self._watch_for_gone()

    def _update_stranger(self, call: str, **change: bool) -> None:
        if call == self._situation.call and self._situation.stranger is not None:
            stranger = replace(self._situation.stranger, **change)  # type: ignore[arg-type]  # by name
            self._show(stranger=stranger)
            self._watch_for_gone()

    def _watch_for_gone(self) -> None:
        """Part from a stranger of whom neither the server nor the engine hears anything."""
        stranger = self._situation.stranger
        media = self._situation.phase is Phase.TALKING and not self._situation.media_silent
        present = stranger is None or (self._server_knows_call and not stranger.away)
        if present or media:
            self._timers.cancel("gone")
        else:
            self._timers.start_once("gone", GONE_AFTER_S, lambda: self._finish(Ending.LOST))

    def _take_state(self, event: StrangerState) -> None:
        self._update_stranger(event.call, camera_on=event.camera, microphone_on=event.microphone)

    def _take_typing(self, event: TypingReceived) -> None:
        self._update_stranger(event.call, typing=event.typing)

    def _take_text(self, event: TextReceived) -> None:
        self._update_stranger(event.call, typing=False)
        self._transcript.add(event.call, event.text, mine=False)

    def _take_delivered(self, event: TextDelivered) -> None:
        self._transcript.mark_delivered(event.call, event.number)

    def _take_statistics(self, event: Statistics) -> None:
        stranger = self._situation.stranger
        if stranger is not None and stranger.direct != event.direct:
            self._show(stranger=replace(stranger, direct=event.direct))
        self.statistics.emit(event)

    # --- the end of a call ---------------------------------------------------------------

    def _take_end(self, message: CallEnded) -> None:
        if message.call != self._situation.call:
            return
        alive = self._situation.phase is Phase.TALKING and not self._situation.media_silent
        if message.reason is CallEnd.LOST and alive:
            # The stranger has lost the server, not us: the call needs no server.
            self._server_knows_call = False
            return
        self._finish(ENDING_OF_REASON[message.reason])

    def _take_failure(self, event: CallFailed) -> None:
        ending = ENDING_OF_FAILURE[event.failure]
        if event.failure is CallFailure.ENDED_BY_STRANGER and self._situation.link is Link.ONLINE:
            self._timers.start("last word", LAST_WORD_S, lambda: self._finish(ending))
        else:
            self._finish(ending)

    def _finish(self, ending: Ending) -> None:
        """The call is over without the person's doing; a next that was pressed still counts."""
        self._timers.cancel("gone")
        self._timers.cancel("last word")
        self._leave_media()
        may_go_on = self._engine.state is not EngineState.FAILED and not self.needs_direct_consent
        if self._situation.auto_next and may_go_on:
            # In one move: a moment of idleness between would release the devices.
            self._begin_search(Step.ENDED, Step.NEXT, ending=ending)
        else:
            self._move(Step.ENDED, ending=ending)
            self._link.send(QueueLeave())

    def _leave_media(self) -> None:
        if self._situation.call is not None:
            self._exchange.end(self._situation.call)

    # --- link, engine, settings ----------------------------------------------------------

    def _dispatch_message(self, message: ServerMessage) -> None:
        if (handler := self._on_message.get(type(message))) is not None:
            handler(message)

    def _dispatch_event(self, event: Event) -> None:
        handler = self._on_event.get(type(event))
        if handler is None:
            return
        if getattr(event, "call", self._situation.call) == self._situation.call:
            handler(event)

    def _show_link(self, state: LinkState) -> None:
        self._show(link=state.link, link_problem=state.problem, retry_at=state.retry_at)

    def _show_engine(self, state: EngineState) -> None:
        self._show(engine=state)
        if state is EngineState.RUNNING:
            return
        self._search.offer(None)
        in_call = self._situation.call is not None
        if in_call and (state is EngineState.FAILED or self._situation.link is not Link.ONLINE):
            self._finish(Ending.ENGINE_LOST)
        elif in_call:
            self._show(media_silent=True)
        elif state is EngineState.FAILED and self._situation.phase is Phase.SEARCHING:
            self.stop()
        else:
            self._search_anew()

    def _equip_engine(self) -> None:
        """A new engine process runs: tell it where we are."""
        self._prepare()
        if self._situation.phase is Phase.SEARCHING:
            self._send_search()
        elif self._situation.call is not None and self._server_knows_call:
            self._renew_media()
        elif self._situation.call is not None:
            self._finish(Ending.ENGINE_LOST)

    def _prepare(self) -> None:
        if self._reach.prepare(self._store.value.mode):
            # What is ready may hold an address that strangers must not learn any more.
            self._search.offer(None)

    def _take_relay_access(self, message: SessionRelay) -> None:
        self._reach.take_access(message)
        self._prepare()

    def _note_relay(self, problem: RelayProblem | None) -> None:
        """The relay cannot be used, or can be again: the search waits so long."""
        if not self._reach.relay_only:
            problem = None
        if problem is not self._reach.problem:
            waited, self._reach.problem = self._reach.problem, problem
            self._show(relay_problem=problem)
            if problem is None or waited is None:
                self._search_anew()
        if problem is RelayProblem.UNREACHABLE and self._situation.phase is Phase.CONNECTING:
            self._finish(Ending.NO_RELAY)

    def _take_ready(self, ready: ConnectionReady) -> None:
        if not self._reach.fits(ready):
            return
        self._search.offer(ready)
        self._note_relay(None)
        if self._situation.phase is Phase.SEARCHING and not self._search.parks_newest:
            self._link.send(self._search.refreshed_message(self._store.value))

    def _follow_settings(self) -> None:
        if self._reach.has_changed:
            self._reach.problem = None
            self._show(relay_problem=None)
            self._prepare()
            self._search_anew()
        if self._store.value.auto_next != self._situation.auto_next:
            self._show(auto_next=self._store.value.auto_next)
        if self._situation.call is None and self._store.value.mode is not self._situation.mode:
            self._show(mode=self._store.value.mode)

    # --- state and timers ----------------------------------------------------------------

    def _move(self, *steps: Step, **change: object) -> None:
        """Take steps of the phase table; only where they lead to is shown."""
        phase = functools.reduce(advance, steps, self._situation.phase)
        if phase in (Phase.IDLE, Phase.SEARCHING):
            change = {"call": None, "stranger": None, "mode": self._store.value.mode, **change}
        since_s = self._clock() - self._situation.phase_since
        log.info(
            "%s after %.1f s, call %s", phase, since_s, change.get("call", self._situation.call)
        )
        self._show(phase=phase, phase_since=self._clock(), media_silent=False, **change)

    def _show(self, **change: object) -> None:
        situation = replace(self._situation, **change)  # type: ignore[arg-type]  # fields by name
        if situation != self._situation:
            self._situation = situation
            self.changed.emit(situation)
