"""The stranger of the moment: media, chat, signs of life, and how it ends."""

from collections.abc import Callable

from desktop_app.core import Signal, TokenBucket
from desktop_app.engine_messages import (
    CallConnected,
    CallFailed,
    CallFailure,
    CallHealth,
    ConnectionReady,
    ConnectionReplaced,
    LocalDescription,
    MediaHealth,
    ReplacementFailed,
    SendText,
    SendTyping,
    Statistics,
    StrangerState,
    TextDelivered,
    TextReceived,
    TypingReceived,
)
from desktop_app.media.engine import Engine
from desktop_app.session.exchange import MediaExchange
from desktop_app.session.phases import Phase, Step
from desktop_app.session.replacing import Replacing
from desktop_app.session.situation import (
    ENDING_OF_FAILURE,
    ENDING_OF_REASON,
    Ending,
    Stranger,
)
from desktop_app.session.situation_board import SituationBoard
from desktop_app.session.timers import Timers
from desktop_app.session.transcript import Transcript
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.link import Link
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnd,
    CallEnded,
    DescriptionKind,
    QueueMatched,
)

GONE_AFTER_S = 3.0
"""A stranger who has closed the socket, and whose media are silent this long, is gone."""
LAST_WORD_S = 2.0
"""How long to wait for the server's reason after the stranger has closed the connection."""
OFFERS_PER_S = 0.5
OFFERS_BURST = 12
"""Offers of a running call that are taken from a stranger: each costs a connection. Both sides of
a network that comes and goes make one every few seconds."""


class Encounter:
    """One call after another. on_over(ending) is called when one ends without our doing.
    clock counts seconds, and never backwards.

    `on_message` and `on_event` say what is done with the server's messages and the engine's
    events about a call; whoever dispatches has seen that it is the call of the moment.
    """

    def __init__(
        self,
        board: SituationBoard,
        engine: Engine,
        link: SignalingClient,
        on_over: Callable[[Ending], None],
        clock: Callable[[], float],
    ) -> None:
        self.statistics: Signal[Statistics] = Signal()
        self.transcript = Transcript()
        self.server_knows = False
        """Whether the server still relays for the call: one that was started again does not."""
        self._board = board
        self._engine = engine
        self._link = link
        self._on_over = on_over
        self._clock = clock
        self._exchange = MediaExchange(engine, link)
        self._replacing = Replacing(board, engine, link)
        self._has_closed = False
        """The stranger's end has closed its socket, and no newer one is there."""
        self._offers = TokenBucket(OFFERS_PER_S, OFFERS_BURST, clock)
        self._timers = Timers()
        self.on_message: dict[type, Callable[..., None]] = {
            CallDescription: self._take_description,
            CallCandidate: self._take_candidate,
            CallAway: lambda message: self._show_away(True, closed=message.closed),
            CallBack: lambda _: self._show_away(False),
            CallEnded: self._take_end,
        }
        self.on_event: dict[type, Callable[..., None]] = {
            LocalDescription: self._relay,
            CallConnected: self._take_connected,
            CallHealth: self._take_health,
            ConnectionReplaced: self._replacing.take_replaced,
            ReplacementFailed: self._replacing.take_failed,
            CallFailed: self._take_failure,
            StrangerState: self._take_state,
            TypingReceived: lambda event: board.show_stranger(typing=event.typing),
            TextReceived: self._take_text,
            TextDelivered: self._take_delivered,
            Statistics: self._take_statistics,
        }

    # --- what we do ----------------------------------------------------------------------

    def begin(self, match: QueueMatched, ready: ConnectionReady | None) -> None:
        """A stranger was found; ready is the connection that was parked with the search."""
        self.transcript.clear()
        self.server_knows = True
        self._has_closed = False
        self._offers = TokenBucket(OFFERS_PER_S, OFFERS_BURST, self._clock)
        self._replacing.begin(match)
        stranger = Stranger(
            id=match.stranger,
            has_camera=match.stranger_has_camera,
            shared_interests=tuple(match.shared_interests),
            shared_languages=tuple(match.shared_languages),
        )
        self._exchange.begin(match, self._board.situation.mode, ready)
        self._board.move(Step.MATCHED, call=match.call, stranger=stranger, ending=None)

    def renew(self, offer: str | None = None) -> None:
        """Set the media up anew, by our offer or in answer to the stranger's."""
        assert self._board.call is not None
        self._board.show(media_silent=True)
        self._replacing.stop()
        self._exchange.renew(self._board.call, self._board.situation.mode, offer)

    def leave(self) -> None:
        """End the media of the call, if there is one."""
        self._timers.cancel_all()
        self._replacing.stop()
        if self._board.call is not None:
            self._exchange.end(self._board.call)

    def greet(self, call: str | None) -> None:
        """Our socket stands anew; call is the one that the server knows us in."""
        self.server_knows = call == self._board.call
        self._watch_for_gone()
        if self.server_knows:
            self._replacing.greet()

    def addresses_changed(self) -> None:
        """This machine has other network addresses than when the call was set up."""
        if self.server_knows:
            self._replacing.addresses_changed()

    def close(self) -> None:
        self._timers.cancel_all()
        self._replacing.stop()

    def say(self, text: str) -> bool:
        """Write to the stranger; False when there is nobody, or nothing, or too much to say."""
        call, text = self._board.call, text.strip()
        if self._board.phase is not Phase.TALKING or call is None:
            return False
        if not 0 < len(text) <= TEXT_MAX_CHARACTERS:
            return False
        line = self.transcript.add(call, text, mine=True)
        self._engine.send(SendText(call=call, number=line.number, text=text))
        return True

    def set_typing(self, typing: bool) -> None:
        if self._board.phase is Phase.TALKING and self._board.call is not None:
            self._engine.send(SendTyping(call=self._board.call, typing=typing))

    # --- what the stranger and the server do ---------------------------------------------

    def _take_description(self, message: CallDescription) -> None:
        is_offer = message.kind is DescriptionKind.OFFER
        is_first = not message.replacement and self._exchange.expects_offer
        if is_offer and not is_first and not self._offers.take():
            return
        if message.replacement:
            self._replacing.take(message)
        elif is_offer and not is_first:
            # The stranger's engine was started again and sets the media up anew.
            self.renew(message.sdp)
        else:
            self._exchange.pass_description(message)

    def _take_candidate(self, message: CallCandidate) -> None:
        if self._replacing.counts(message.replacement):
            self._exchange.pass_candidate(message)

    def _relay(self, event: LocalDescription) -> None:
        if event.replacement:
            self._replacing.relay(event)
        else:
            self._exchange.relay(event)

    def _take_connected(self, _event: CallConnected) -> None:
        if self._board.phase is Phase.CONNECTING:
            self._board.move(Step.CONNECTED)
        self._show_silent(False)

    def _take_health(self, event: CallHealth) -> None:
        self._show_silent(event.health is not MediaHealth.CONNECTED)
        broken = event.health is MediaHealth.BROKEN
        self._replacing.set_broken(broken)
        if broken:
            self._link.verify()

    def _show_silent(self, silent: bool) -> None:
        self._board.show(media_silent=silent)
        self._watch_for_gone()

    def _show_away(self, away: bool, *, closed: bool = False) -> None:
        self._has_closed = closed
        self._replacing.set_away(away)
        self._board.show_stranger(away=away)
        self._watch_for_gone()

    @property
    def _media_alive(self) -> bool:
        now = self._board.situation
        return now.phase is Phase.TALKING and not now.media_silent

    def _watch_for_gone(self) -> None:
        """Part from a stranger who has closed the socket and whose media are silent.

        One whose socket and media have both fallen silent may be behind a network that is cut:
        it has the patience of the server, which then says that it is lost.
        """
        stranger = self._board.situation.stranger
        present = stranger is None or (self.server_knows and not self._has_closed)
        if present or self._media_alive:
            self._timers.cancel("gone")
        else:
            self._timers.start_once("gone", GONE_AFTER_S, lambda: self._on_over(Ending.LOST))

    def _take_state(self, event: StrangerState) -> None:
        self._board.show_stranger(camera_on=event.camera, microphone_on=event.microphone)

    def _take_text(self, event: TextReceived) -> None:
        self._board.show_stranger(typing=False)
        self.transcript.add(event.call, event.text, mine=False)

    def _take_delivered(self, event: TextDelivered) -> None:
        self.transcript.mark_delivered(event.call, event.number)

    def _take_statistics(self, event: Statistics) -> None:
        self._board.show_stranger(direct=event.direct)
        self.statistics.emit(event)

    # --- the end -------------------------------------------------------------------------

    def _take_end(self, message: CallEnded) -> None:
        if message.reason is CallEnd.LOST and self._media_alive:
            # The stranger has lost the server, not us: the call needs no server.
            self.server_knows = False
        else:
            self._on_over(ENDING_OF_REASON[message.reason])

    def _take_failure(self, event: CallFailed) -> None:
        ending = ENDING_OF_FAILURE[event.failure]
        online = self._board.situation.link is Link.ONLINE
        if event.failure is CallFailure.ENDED_BY_STRANGER and online:
            self._timers.start("last word", LAST_WORD_S, lambda: self._on_over(ending))
        else:
            self._on_over(ending)
