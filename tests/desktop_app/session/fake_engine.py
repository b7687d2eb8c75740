"""An engine without processes, devices or codecs, for tests of the conversation.

It passes the same contract as the real one (test_engine_contract.py).
"""

import asyncio
import itertools

from desktop_app.core import Signal
from desktop_app.engine_messages import (
    CallConnected,
    CallFailed,
    CallFailure,
    CallHealth,
    Command,
    ConnectionReady,
    ConnectionReplaced,
    EndCall,
    EngineStarted,
    Event,
    LocalDescription,
    MediaHealth,
    PrepareConnection,
    RelayFailed,
    RelayProblem,
    RemoteDescription,
    ReplaceConnection,
    SendText,
    SendTyping,
    StartCall,
    TextDelivered,
    TextReceived,
    TypingReceived,
)
from desktop_app.media.engine import EngineState
from signaling_server.protocol.messages import DescriptionKind, Exchange, Mode, Role


class FakeNetwork:
    """Joins the fake engines of one test: a description names the engine and call that made it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.owners: dict[str, FakeEngine] = {}

    def describe(self, owner: "FakeEngine") -> str:
        description = f"description {next(self._numbers)}"
        self.owners[description] = owner
        return description


class FakeEngine:
    """What Conversation and Equipment use of media.engine.Engine."""

    def __init__(self, network: FakeNetwork) -> None:
        self.state = EngineState.STARTING
        self.state_changed: Signal[EngineState] = Signal()
        self.started: Signal[EngineStarted] = Signal()
        self.received: Signal[Event] = Signal()
        self.commands: list[Command] = []
        self.commanded: Signal[Command] = Signal()
        self.ready_at_once = True
        self.has_path = True
        """Whether a way through the network to others exists."""
        self.relay_problem: RelayProblem | None = None
        """Why the relay cannot be used, if so."""
        self._network = network
        self._relay_only = False
        self._has_relay = False
        self._mode = Mode.VIDEO
        self._call: str | None = None
        self._remote: FakeEngine | None = None
        self._coming = 0
        """Number of the connection that is to replace the one in use, 0 for none."""
        self._expected: DescriptionKind | None = None
        """What the call waits for; any other description is ignored."""
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        self._tell_state(EngineState.RUNNING)
        self.started.emit(EngineStarted(versions={}))

    def send(self, command: Command) -> None:
        if self.state is not EngineState.RUNNING:
            return
        self.commands.append(command)
        self.commanded.emit(command)
        match command:
            case PrepareConnection():
                self._mode = command.mode
                self._relay_only = command.relay_only
                self._has_relay = any("turn" in str(s.urls) for s in command.ice_servers)
                if self.ready_at_once:
                    self.get_ready()
            case StartCall():
                self._start(command)
            case ReplaceConnection() if command.call == self._call:
                self._coming = command.replacement
                self._describe(DescriptionKind.OFFER, self._coming)
            case RemoteDescription() if command.call == self._call and command.replacement:
                self._take_replacing(command)
            case RemoteDescription() if command.call == self._call:
                if command.kind is self._expected:
                    self._expected = None
                    self._take_description(command.kind, command.sdp)
            case EndCall() if command.call == self._call:
                self._end()
            case SendText() if self._remote is not None:
                self._remote.tell(TextReceived(call=command.call, text=command.text))
                self.tell(TextDelivered(call=command.call, number=command.number))
            case SendTyping() if self._remote is not None:
                self._remote.tell(TypingReceived(call=command.call, typing=command.typing))

    def get_ready(self) -> None:
        """As the real one tries it by itself, again and again."""
        if self._relay_only and not self._has_relay:
            return
        if self._relay_only and self.relay_problem is not None:
            self.tell(RelayFailed(self.relay_problem))
            return
        description = self._network.describe(self)
        self.tell(ConnectionReady(description, self._mode, description, self._relay_only))

    def tell(self, event: Event) -> None:
        """Events come a turn of the loop later, as over the pipe."""
        self._loop.call_soon(self.received.emit, event)

    def die(self, *, for_good: bool = False) -> None:
        """As after kill -9: no goodbye; the other side hears nothing any more."""
        if self._remote is not None and self._call is not None:
            self._remote.fall_silent()
            self._remote._remote = None
        self._call = self._remote = None
        self._tell_state(EngineState.FAILED if for_good else EngineState.RESTARTING)

    def fall_silent(self, health: MediaHealth = MediaHealth.SILENT) -> None:
        assert self._call is not None
        self.tell(CallHealth(call=self._call, health=health))

    def cut(self) -> None:
        """The path to the other side is gone, both ways."""
        assert self._remote is not None
        for end in (self._remote, self):
            end.fall_silent()
            end.fall_silent(MediaHealth.BROKEN)

    def _start(self, command: StartCall) -> None:
        self._end()
        self._call = command.call
        paired = command.exchange is Exchange.PAIRED
        self._expected = None
        if command.description is not None and paired:
            self._take_description(DescriptionKind.ANSWER, command.description)
        elif command.description is not None:
            self._take_description(DescriptionKind.OFFER, command.description)
        elif command.role is Role.ANSWERER:
            self._expected = DescriptionKind.OFFER
        else:
            self._expected = DescriptionKind.ANSWER
            if command.connection is None:
                self._describe(DescriptionKind.OFFER)

    def _describe(self, kind: DescriptionKind, replacement: int = 0) -> None:
        assert self._call is not None
        sdp = self._network.describe(self)
        self.tell(LocalDescription(self._call, kind, sdp, replacement))

    def _take_replacing(self, command: RemoteDescription) -> None:
        if command.kind is DescriptionKind.OFFER:
            self._coming = command.replacement
            self._describe(DescriptionKind.ANSWER, self._coming)
        elif command.replacement == self._coming:
            other = self._network.owners[command.sdp]
            if self.has_path and other.has_path and other._coming == self._coming:
                for end in (self, other):
                    end.tell(ConnectionReplaced(command.call, command.replacement))
                    end.fall_silent(MediaHealth.CONNECTED)
                    end._coming = 0

    def _take_description(self, kind: DescriptionKind, sdp: str) -> None:
        assert self._call is not None
        if sdp not in self._network.owners:
            self.tell(CallFailed(call=self._call, failure=CallFailure.BAD_DESCRIPTION))
            self._call = None
            return
        self._remote = self._network.owners[sdp]
        if kind is DescriptionKind.OFFER:
            self._describe(DescriptionKind.ANSWER)
        self._join()

    def _join(self) -> None:
        """Both ends know each other: connected."""
        remote = self._remote
        if remote is None or not (self.has_path and remote.has_path):
            return
        if remote._remote is self and remote._call == self._call:
            assert self._call is not None
            self.tell(CallConnected(call=self._call))
            remote.tell(CallConnected(call=self._call))

    def _end(self) -> None:
        remote, call = self._remote, self._call
        self._remote = self._call = None
        if remote is not None and remote._call == call and remote._remote is self:
            assert call is not None
            remote._remote = remote._call = None
            remote.tell(CallFailed(call=call, failure=CallFailure.ENDED_BY_STRANGER))

    def _tell_state(self, state: EngineState) -> None:
        self.state = state
        self.state_changed.emit(state)
