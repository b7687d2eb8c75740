"""Everybody who is here: sessions, searches and calls, changed one step at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from signaling_server.domain.afar import Afar, Post
from signaling_server.domain.agenda import Agenda, Alarm
from signaling_server.domain.calls import Calls, Observers, is_awaited
from signaling_server.domain.moving import Here, LetGo, Moving, token_prefix
from signaling_server.domain.pairing import secret_of
from signaling_server.domain.peer import Call, Delivery, NodeId, Peer
from signaling_server.domain.ports import WaitingLine
from signaling_server.domain.relay_access import RelayAccess, Renewals
from signaling_server.domain.searching import Searching
from signaling_server.domain.sessions import Grace, Sessions
from signaling_server.domain.suggestions import Suggestions, WordUse
from signaling_server.domain.tickets import Ticket, Tickets
from signaling_server.domain.wait_estimate import WaitEstimate
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnd,
    InterestsSuggested,
    Mode,
    QueueJoined,
    QueueLeft,
    Search,
)
from signaling_server.protocol.unacknowledged import Unacknowledged
from signaling_server.protocol.versions import Feature
from signaling_server.protocol.words import spelled_alike

_NEXT = CallEnd.NEXT


class Return(NamedTuple):
    """A peer that is back in its call, and who is told of it."""

    peer: Peer
    deliveries: list[Delivery]


class Lobby:
    """Every method is one atomic step and returns who is to be told what, in order.

    Not thread-safe: all calls come from the server's loop. clock gives seconds that never go
    back.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        random: Random,
        line: WaitingLine,
        grace: Grace,
        observers: Observers,
        relay: RelayAccess | None = None,
        pools: Sequence[str] = (),
        window_s: float = limits.WINDOW_MAX_S,
        tickets: Tickets | None = None,
    ) -> None:
        self._clock = clock
        self._grace = grace
        self._relay = relay
        self._agenda = Agenda()
        self._afar: Afar | None = None
        self.moving: Moving | None = None
        """Brings sessions here that other servers have; None where there are none."""
        self._online_elsewhere = 0
        self._sessions = Sessions()
        self._renewals = Renewals()
        self._sessions.ended = self._renewals.forget
        self._waits = WaitEstimate(clock)
        self._pools = tuple(pools) or ("",)
        self._suggestions = {pool: Suggestions() for pool in self._pools}

        def match_made(waits_s: tuple[float, float]) -> None:
            self._waits.add(waits_s)
            observers.match_made(waits_s)

        self._calls = Calls(clock, random, replace(observers, match_made=match_made), tickets)
        self._searching = Searching(clock, random, line, self._agenda, self._calls, window_s)

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    @property
    def online(self) -> int:
        """Sessions whose socket is there, those of other servers of the pool included."""
        return self._sessions.online + self._online_elsewhere

    @property
    def online_here(self) -> int:
        """Those of this server alone."""
        return self._sessions.online

    def away(self) -> list[Peer]:
        """Return whose socket is away while the session waits for it."""
        return self._sessions.away()

    @property
    def calls(self) -> int:
        return len(self._calls)

    def waiting(self, mode: Mode) -> int:
        """Return how many could be matched in a mode right now."""
        return self._searching.waiting(mode)

    @property
    def likely_wait_s(self) -> float | None:
        """About how long a search takes at present; None when nobody was met lately."""
        return self._waits.likely_s()

    @property
    def has_relay(self) -> bool:
        return self._relay is not None

    # --- sessions ------------------------------------------------------------------------

    def enter(self, identity: str | None, features: Iterable[Feature]) -> Peer:
        """Begin a session."""
        return self._sessions.begin(identity, features)

    def enter_call(self, ticket: Ticket, person: str, network: str) -> Return | None:
        """Begin a session in the call that a ticket names; None where its place is taken.

        The stranger counts as away until it comes with its own ticket, or its time is over.
        """
        if not self.has_place(ticket):
            return None
        call = self._calls.with_id(ticket.call)
        if call is not None:
            peer = call.peers[ticket.side]
            if peer.node is not None:
                return self._take_place_of_guest(call, peer, person, network)
        else:
            peer, stranger = self._sessions.begin(None, ()), self._sessions.begin(None, ())
            call = self._calls.restore(ticket, peer, stranger)
        peer.secret, peer.person, peer.network = secret_of(person or None), person, network
        stranger = call.stranger_of(peer)
        if peer.connected:
            return Return(peer, self.socket_lost(stranger))
        if peer.token:
            # It came before, and does not go on from what it was told then.
            peer.unheard, peer.taken = Unacknowledged(), 0
        news = self.socket_back(peer)
        if not is_awaited(stranger):
            self._calls.reunite(call)
        if not stranger.connected:
            news.append((peer, CallAway(call.id)))
        return Return(peer, news)

    def has_place(self, ticket: Ticket) -> bool:
        """Whether enter_call lets the bearer of this ticket in; nothing changes."""
        if self._calls.is_over(ticket.call):
            return False
        call = self._calls.with_id(ticket.call)
        if call is None:
            return not ticket.own or self._calls.has_left(ticket.call)
        peer = call.peers[ticket.side]
        if peer.node is not None:
            return True
        is_restored = self._calls.restored(ticket.call) is not None
        return is_restored and not peer.connected

    def _take_place_of_guest(self, call: Call, guest: Peer, person: str, network: str) -> Return:
        """Let a peer of another server come back to this one, where the other of its call is."""
        assert self._afar is not None
        peer = self._sessions.begin(person or None, ())
        peer.person, peer.network = person, network
        self._calls.replace(call, call.peers.index(guest), peer)
        self._afar.took_place(call, peer, guest)
        stranger = call.stranger_of(peer)
        news: list[Delivery] = [(stranger, CallBack(call.id))]
        if not stranger.connected:
            news.append((peer, CallAway(call.id)))
        return Return(peer, news)

    def peer_with(self, token: str) -> Peer | None:
        """Return the session that this resume token stands for."""
        return self._sessions.with_token(token)

    def renew_token(self, peer: Peer, used: str = "") -> str:
        """Return the session's new resume token; of the older ones only `used` stays good."""
        return self._sessions.renew_token(peer, used)

    def hear(self, peer: Peer) -> None:
        """The peer has its newest token, for it speaks over the socket that brought it."""
        self._sessions.hear(peer)

    def give_relay_again(self, peer: Peer) -> list[Delivery]:
        """Give access to a peer that comes back to its search or call: the last may be lost.

        Who is idle gets it with the next search, and never before.
        """
        if peer.search or peer.call:
            return self._give_relay(peer)
        peer.relay_due = 0.0
        return []

    def _give_relay(self, peer: Peer) -> list[Delivery]:
        """Give access to the relay for a while, and again while the peer searches or talks."""
        if self._relay is None or Feature.RELAY not in peer.features:
            return []
        peer.relay_due = self._clock() + self._relay.renew_after_s
        self._renewals.note(peer, peer.relay_due)
        self._agenda.wake(peer.relay_due)
        return [(peer, self._relay.for_session(peer.session))]

    def socket_lost(self, peer: Peer, *, closed: bool = False) -> list[Delivery]:
        """The peer keeps its place and its call for the grace time, but is matched to nobody.

        closed: the peer's own end has closed it, rather than fallen silent.
        """
        if not peer.connected or not self._sessions.holds(peer):
            return []
        self._sessions.set_connected(peer, False)
        self._await_return(peer)
        self._searching.pause(peer)
        if peer.call is None:
            return []
        return [(peer.call.stranger_of(peer), CallAway(peer.call.id, closed))]

    def _await_return(self, peer: Peer) -> None:
        """Give a peer its time to come back with a socket."""
        peer.turn += 1
        grace_s = self._grace.in_call_s if peer.call else self._grace.waiting_s
        self._agenda.add(self._clock() + grace_s, Alarm.GIVE_UP, peer)

    def socket_back(self, peer: Peer) -> list[Delivery]:
        """The peer may be matched again, or its stranger learns that it is back.

        Also called for a newer socket of a peer whose older one still seemed alive.
        """
        if peer.connected:
            return []
        self._sessions.set_connected(peer, True)
        peer.turn += 1
        if peer.call is not None:
            return [(peer.call.stranger_of(peer), CallBack(peer.call.id))]
        return self._searching.look(peer)

    def depart(self, peer: Peer, reason: CallEnd) -> list[Delivery]:
        """End a session for good."""
        if not self._sessions.end(peer):
            return []
        peer.turn += 1
        self._searching.forget(peer)
        return self._calls.end(peer, reason)

    # --- searching -----------------------------------------------------------------------

    def join(self, peer: Peer, search: Search) -> list[Delivery]:
        """Begin to wait, or go on waiting with another search. WRONG_STATE while in a call."""
        if peer.call is not None:
            raise ProtocolError(ErrorCode.WRONG_STATE, "in a call: call.next leaves it")
        return self._search(peer, search, self._pool_named(search.pool))

    def next(self, peer: Peer, search: Search) -> list[Delivery]:
        """Leave the call, if there is one, and wait for the next stranger."""
        pool = self._pool_named(search.pool)
        told = self._calls.end(peer, _NEXT)
        told += self._search(peer, search, pool)
        return told

    def leave(self, peer: Peer) -> list[Delivery]:
        """Neither wait nor be in a call any more."""
        self._searching.forget(peer)
        return [*self._calls.end(peer, CallEnd.LEFT), (peer, QueueLeft())]

    def suggest(self, peer: Peer, prefix: str, pool: str = "") -> list[Delivery]:
        """Tell interests that several people of a pool use and that begin like this."""
        words = self._suggestions[self._pool_named(pool)].beginning_with(spelled_alike(prefix))
        return [(peer, InterestsSuggested(prefix, words, pool))]

    def _search(self, peer: Peer, search: Search, pool: str) -> list[Delivery]:
        online = self._sessions.online + self._online_elsewhere
        told: list[Delivery] = [(peer, QueueJoined(search.search, online))]
        if self._relay is not None and self._clock() >= peer.relay_due:
            told = self._give_relay(peer) + told
        told += self._searching.begin(peer, search, pool)
        if peer.wishes.interests:
            self._suggestions[pool].note(peer.secret, peer.wishes.interests)
        return told

    def _pool_named(self, name: str) -> str:
        if not name:
            return self._pools[0]
        if name not in self._pools:
            raise ProtocolError(ErrorCode.UNKNOWN_POOL, "this server has no such pool")
        return name

    # --- calls ---------------------------------------------------------------------------

    def relay(self, peer: Peer, message: CallDescription | CallCandidate) -> list[Delivery]:
        """Hand a message to the stranger of this very call, or raise UNKNOWN_CALL."""
        return self._calls.relay(peer, message)

    # --- other servers -------------------------------------------------------------------

    def afar(self, node: NodeId, post: Post) -> Afar:
        """Return what the other servers of the pool talk to; post takes a message for one."""
        self._afar = Afar(node, self._clock, self._sessions, self._searching, self._calls, post)
        for words in self._suggestions.values():
            words.share()
        return self._afar

    def move_with(
        self, afar: Afar, post: Post, let_go: LetGo, is_there: Callable[[NodeId], bool]
    ) -> Moving:
        """Return what moves sessions between this server and the others from now on.

        let_go closes the socket of a session that goes on elsewhere; is_there tells whether
        another server can be talked to at present.
        """
        self._sessions.token_prefix = token_prefix(afar.node)
        here = Here(self._clock, self._sessions, self._searching, self._calls, self._await_return)
        self.moving = Moving(afar, here, post, let_go, is_there, self._grace.in_call_s)
        return self.moving

    def people(self) -> dict[str, int]:
        """Return how many people of this server have searched and not left since, by pool."""
        return self._searching.people()

    def hear_of_others(self, online: int, people: dict[str, int]) -> None:
        """Note how many are online at other servers, and how many by pool."""
        self._online_elsewhere = online
        self._searching.people_elsewhere = people

    def take_words(self) -> dict[str, list[WordUse]]:
        """Return the interests that people here have searched with since the last time, by pool."""
        taken = {pool: words.take_untold() for pool, words in self._suggestions.items()}
        return {pool: uses for pool, uses in taken.items() if uses}

    def hear_words(self, uses: dict[str, list[WordUse]]) -> None:
        """Suggest what people of another server search with, in the pools that are here too."""
        for pool in uses.keys() & self._suggestions.keys():
            self._suggestions[pool].hear(uses[pool])

    def look_for_all(self) -> list[Delivery]:
        """Look for everybody who waits, because the line has changed."""
        return self._searching.look_all()

    # --- time ----------------------------------------------------------------------------

    def wake(self, call: Callable[[float], None]) -> None:
        """Have a call made whenever next_due has become sooner, with that time."""
        self._agenda.wake = call

    def next_due(self) -> float | None:
        """Return the time of the clock at which pass_time has something to do, if ever."""
        ours, draws = self._agenda.next_due(), self._searching.next_due()
        each = (ours, draws, self._renewals.next_due())
        return min((due for due in each if due is not None), default=None)

    def pass_time(self) -> list[Delivery]:
        """Do what has become due: look again for those who wait, end what nobody resumed."""
        deliveries = self._searching.draw_window()
        now = self._clock()
        while entry := self._agenda.take_due(now):
            alarm, peer = entry
            if alarm is Alarm.GIVE_UP:
                deliveries += self.depart(peer, CallEnd.LOST)
            else:
                deliveries += self._searching.look(peer)
        for peer in self._renewals.take_due(now):
            if peer.connected and (peer.search or peer.call):
                # Who is idle gets it with the next search, who is away with the next welcome.
                deliveries += self._give_relay(peer)
        return deliveries
