"""Another connection to the same stranger, when the one in use dies or may have to."""

from desktop_app.engine_messages import (
    ConnectionReplaced,
    LocalDescription,
    RemoteDescription,
    ReplaceConnection,
    ReplacementFailed,
)
from desktop_app.media.engine import Engine
from desktop_app.session.phases import Phase
from desktop_app.session.situation_board import SituationBoard
from desktop_app.session.timers import Timers
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.link import Link
from signaling_server.protocol.messages import (
    CallDescription,
    DescriptionKind,
    QueueMatched,
    Role,
)

AGAIN_AFTER_S = 1.0
"""After an attempt that has failed."""
AHEAD_MAX = 100
"""Further above ours than lost offers could bring it, a stranger's number is not taken: they have an end."""


class Replacing:
    """Starts replacing connections, and settles whose counts when both sides start one.

    Interface thread only. docs/protocol.md, "Replacing a connection", has the rules.
    """

    def __init__(self, board: SituationBoard, engine: Engine, link: SignalingClient) -> None:
        self._board = board
        self._engine = engine
        self._link = link
        self._timers = Timers()
        self._replaceable = False
        self._role = Role.OFFERER
        self._number = 0
        """The highest of this call so far ..."""
        self._is_ours = False
        """... and whether we offered it."""
        self._under_way = False
        self._offer: CallDescription | None = None
        """Ours, as long as it is not answered."""
        self._away = False
        self._broken = self._moved = False

    @property
    def _wanted(self) -> bool:
        return self._broken or self._moved

    def begin(self, match: QueueMatched) -> None:
        """A call begins."""
        self.stop()
        self._replaceable, self._role = match.replaceable, match.role
        self._number, self._is_ours, self._away = 0, False, False

    def stop(self) -> None:
        """Start nothing more: the call is over, or its media are set up anew."""
        self._timers.cancel_all()
        self._broken = self._moved = self._under_way = False
        self._offer = None

    # --- why one may be needed -----------------------------------------------------------

    def set_broken(self, broken: bool) -> None:
        """Nothing comes over the connection in use any more, or something does again."""
        if broken is not self._broken:
            self._broken = broken
            if broken and not self._under_way:
                self._start()

    def addresses_changed(self) -> None:
        self._moved = True
        self._start()

    def set_away(self, away: bool) -> None:
        """The stranger's socket is gone, so that it hears nothing, or is back."""
        self._away = away
        self._start_if_wanted()

    def greet(self) -> None:
        """Our own socket is new: what was said over the old one may be lost, both ways."""
        self.set_away(False)

    # --- attempts ------------------------------------------------------------------------

    def relay(self, event: LocalDescription) -> None:
        """Send our description of a replacing connection, unless another one counts by now."""
        if event.replacement != self._number:
            return
        message = CallDescription(event.call, event.kind, event.sdp, event.replacement)
        if event.kind is DescriptionKind.OFFER:
            self._offer = message
        self._link.send(message)

    def take(self, message: CallDescription) -> None:
        """Pass the stranger's description to the engine, or insist on our own offer."""
        if not self._replaceable or message.replacement > self._number + AHEAD_MAX:
            return
        number, is_newest = message.replacement, message.replacement == self._number
        if message.kind is DescriptionKind.ANSWER:
            if is_newest and self._is_ours:
                self._offer = None
                self._pass(message)
        elif number < self._number or (is_newest and self._is_ours and self._role is Role.OFFERER):
            self._insist()
        elif number > self._number or self._is_ours:
            self._number, self._is_ours, self._under_way = number, False, True
            self._offer = None
            self._pass(message)

    def counts(self, number: int) -> bool:
        """Whether a candidate for the connection with this number is of use."""
        return number == 0 or (self._replaceable and number == self._number)

    def take_replaced(self, event: ConnectionReplaced) -> None:
        if event.replacement == self._number:
            self._moved = self._under_way = False

    def take_failed(self, event: ReplacementFailed) -> None:
        if event.replacement == self._number:
            self._under_way = False
            self._offer = None
            self._timers.start("again", AGAIN_AFTER_S, self._start_if_wanted)

    def _start_if_wanted(self) -> None:
        if self._wanted:
            self._start()

    def _start(self) -> None:
        now = self._board.situation
        heard = now.link is Link.ONLINE and not self._away
        if now.call is None or now.phase is not Phase.TALKING:
            return
        if not self._replaceable or not heard:
            return
        self._timers.cancel_all()
        self._number, self._is_ours, self._under_way = self._number + 1, True, True
        self._offer = None
        self._engine.send(ReplaceConnection(now.call, self._number))

    def _insist(self) -> None:
        """The stranger does not know of our offer; the socket it went over may have been dead."""
        if self._offer is not None:
            self._link.send(self._offer)
        elif not self._under_way:
            self._start()

    def _pass(self, message: CallDescription) -> None:
        self._engine.send(
            RemoteDescription(message.call, message.kind, message.sdp, message.replacement)
        )
