"""Whatever the order of join, next, leave, drop, resume and time: nobody is lost or met twice.

A model of each client is kept from nothing but what the client did and was told. After every
step the server's state must be the one that the clients believe in, and no two who may meet
may still be waiting side by side.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations, count
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import Delivery, Peer
from signaling_server.domain.sessions import Grace
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ProtocolError
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallEnd,
    CallEnded,
    CallNext,
    Mode,
    QueueJoin,
    QueueJoined,
    QueueLeft,
    QueueMatched,
    Scope,
    Search,
)
from signaling_server.protocol.versions import Feature

GRACE = Grace(waiting_s=6.0, in_call_s=9.0)
IDENTITIES = (None, None, "ann", "bob")
PEERS_MAX = 4
POOLS = ("main", "owls")

searches = st.fixed_dictionaries(
    {
        "mode": st.sampled_from([Mode.VIDEO, Mode.VIDEO, Mode.VIDEO, Mode.TEXT]),
        "has_camera": st.sampled_from([True, True, False]),
        "wants_camera": st.sampled_from([False, False, True]),
        "description": st.sampled_from([None, "v=0"]),
        "interests": st.sampled_from([[], [], ["Jazz"], ["jazz", "chess"], ["chéss", "go"]]),
        "languages": st.sampled_from([[], [], ["en-GB"], ["en", "fr"], ["de"]]),
        "scope": st.sampled_from(Scope),
        "pool": st.sampled_from(["", "", "main", "owls"]),
    }
)


@dataclass(eq=False)
class Client:
    """What a client knows of itself."""

    peer: Peer
    person: object
    here: bool = True
    gone: bool = False
    search: Search | None = None
    since: float = 0.0
    call: str | None = None
    partner: "Client | None" = None
    partner_away: bool = False
    dropped_at: tuple[float, int] = (0.0, 0)
    """When, and in which order within that moment."""
    grace_s: float = 0.0
    names: dict[str, object] = field(default_factory=dict)
    met: deque[object] = field(default_factory=lambda: deque(maxlen=limits.RECENT_PARTNERS))

    @property
    def given_up_at(self) -> tuple[float, int]:
        at, order = self.dropped_at
        return at + self.grace_s, order


class PairingMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.numbers = count(1)
        self.clients: dict[Peer, Client] = {}
        self.calls_seen: list[str] = []
        """In their order, for their names are drawn anew in each run."""

    @initialize(seed=st.integers(0, 1_000))
    def open(self, seed: int) -> None:
        random = Random(seed)
        self.lobby = Lobby(
            lambda: self.now, random, MemoryLine(random), GRACE, Observers(), pools=POOLS
        )

    # --- what clients do -----------------------------------------------------------------

    @precondition(lambda self: len(self.alive()) < PEERS_MAX)
    @rule(identity=st.sampled_from(IDENTITIES), pairs=st.booleans())
    def arrive(self, identity: str | None, pairs: bool) -> None:
        peer = self.lobby.enter(identity, set(Feature) if pairs else set())
        self.lobby.renew_token(peer)
        self.clients[peer] = Client(peer, identity or peer)

    @precondition(lambda self: self.present())
    @rule(data=st.data(), wishes=searches, block=st.booleans(), pressed_next=st.booleans())
    def seek(self, data: st.DataObject, wishes: dict, block: bool, pressed_next: bool) -> None:
        client = self.pick(data, self.present())
        blocked = sorted(client.names) if block else []
        kind = CallNext if pressed_next else QueueJoin
        search = kind(search=next(self.numbers), blocked=blocked, **wishes)
        if client.call is not None and not pressed_next:
            with pytest.raises(ProtocolError):
                self.lobby.join(client.peer, search)
            return
        step = self.lobby.next if pressed_next else self.lobby.join
        deliveries = step(client.peer, search)
        self.part(client, CallEnd.NEXT, deliveries)
        if client.search is None:
            client.since = self.now
        client.search = search
        joined = [message for _, message in deliveries if isinstance(message, QueueJoined)]
        assert joined == [QueueJoined(search.search, len(self.present()))]
        self.tell(deliveries)

    @precondition(lambda self: self.present())
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        client = self.pick(data, self.present())
        deliveries = self.lobby.leave(client.peer)
        self.part(client, CallEnd.LEFT, deliveries)
        client.search = None
        assert (client.peer, QueueLeft()) in deliveries
        self.tell(deliveries)

    @precondition(lambda self: self.present())
    @rule(data=st.data())
    def say_goodbye(self, data: st.DataObject) -> None:
        client = self.pick(data, self.present())
        deliveries = self.lobby.depart(client.peer, CallEnd.LEFT)
        self.part(client, CallEnd.LEFT, deliveries)
        client.gone, client.search = True, None
        self.tell(deliveries)

    @precondition(lambda self: self.present())
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        client = self.pick(data, self.present())
        client.here, client.dropped_at = False, (self.now, next(self.numbers))
        client.grace_s = GRACE.in_call_s if client.call else GRACE.waiting_s
        deliveries = self.lobby.socket_lost(client.peer)
        if client.partner is not None:
            assert deliveries == [(client.partner.peer, CallAway(client.call))]
            client.partner.partner_away = True
        else:
            assert deliveries == []

    @precondition(lambda self: self.away())
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        client = self.pick(data, self.away())
        assert self.lobby.peer_with(client.peer.token) is client.peer
        client.here = True
        deliveries = self.lobby.socket_back(client.peer)
        self.lobby.renew_token(client.peer)
        if client.partner is not None:
            assert deliveries == [(client.partner.peer, CallBack(client.call))]
            client.partner.partner_away = False
        else:
            self.tell(deliveries)

    @precondition(lambda self: self.present())
    @rule(data=st.data())
    def relay(self, data: st.DataObject) -> None:
        client = self.pick(data, self.present())
        called = data.draw(st.sampled_from(self.calls_seen or ["none"]))
        message = CallCandidate(called, "candidate")
        if called == client.call and client.partner is not None:
            assert self.lobby.relay(client.peer, message) == [(client.partner.peer, message)]
        else:
            with pytest.raises(ProtocolError):
                self.lobby.relay(client.peer, message)

    @rule(seconds=st.sampled_from([0.1, 1.0, limits.REPEAT_AFTER_S, 5.0, 10.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        deliveries = self.lobby.pass_time()
        over = [client for client in self.away() if client.given_up_at[0] <= self.now]
        # Of two in one call the first that is given up tells the other.
        for client in sorted(over, key=lambda client: client.given_up_at):
            self.part(client, CallEnd.LOST, deliveries)
            client.gone, client.search = True, None
        self.tell(deliveries)

    # --- what clients are told -----------------------------------------------------------

    def part(self, client: Client, reason: CallEnd, deliveries: list[Delivery]) -> None:
        """A client leaves its call: its partner, if still there, has to be told why."""
        if (partner := client.partner) is None:
            return
        ended = (partner.peer, CallEnded(client.call, reason))
        assert deliveries.count(ended) == 1
        for side in (client, partner):
            side.call = side.partner = None
            side.partner_away = False

    def tell(self, deliveries: Iterable[Delivery]) -> None:
        matches = [(to, message) for to, message in deliveries if isinstance(message, QueueMatched)]
        assert len(matches) % 2 == 0
        for (one, ones), (other, others) in zip(matches[::2], matches[1::2], strict=True):
            self.meet(self.clients[one], ones, self.clients[other], others)

    def meet(self, one: Client, ones: QueueMatched, other: Client, others: QueueMatched) -> None:
        assert ones.call == others.call
        assert ones.call not in self.calls_seen
        assert ones.role != others.role
        assert self.may_meet(one, other)
        self.calls_seen.append(ones.call)
        for side, told, partner in ((one, ones, other), (other, others, one)):
            assert side.search is not None and told.search == side.search.search
            assert partner.search is not None
            assert set(told.shared_interests) == shared_interests(side.search, partner.search)
            assert set(told.shared_languages) == shared_languages(side.search, partner.search)
            side.call, side.partner = told.call, partner
            side.names[told.stranger] = partner.person
            side.met.append(partner.person)
        one.search = other.search = None

    # --- the rules, told a second time ---------------------------------------------------

    def may_meet(self, one: Client, other: Client) -> bool:
        if one.person == other.person or not (one.here and other.here):
            return False
        mine, theirs = one.search, other.search
        if mine is None or theirs is None or mine.mode is not theirs.mode:
            return False
        if mine.mode is Mode.VIDEO and (
            mine.wants_camera > theirs.has_camera or theirs.wants_camera > mine.has_camera
        ):
            return False
        if other.person in {one.names[name] for name in mine.blocked}:
            return False
        if one.person in {other.names[name] for name in theirs.blocked}:
            return False
        if (mine.pool or POOLS[0]) != (theirs.pool or POOLS[0]):
            return False
        met = other.person in one.met or one.person in other.met
        alone = min(self.now - one.since, self.now - other.since)
        if met and alone < limits.REPEAT_AFTER_S:
            return False
        return self.is_content(one, other) and self.is_content(other, one)

    def is_content(self, client: Client, stranger: Client) -> bool:
        """Whether the interests and languages of a stranger will do for a client by now."""
        mine, theirs = client.search, stranger.search
        alone = self.now - client.since + 1e-6
        asks = bool(mine.interests) and mine.scope is not Scope.ANYBODY
        if mine.scope is Scope.PREFER and alone >= limits.WIDEN_EVERY_S:
            asks = False
        if asks and not shared_interests(mine, theirs):
            return False
        if mine.languages and theirs.languages and alone < 2 * limits.WIDEN_EVERY_S:
            return bool(shared_languages(mine, theirs))
        return True

    @invariant()
    def nobody_who_may_meet_is_left_waiting(self) -> None:
        for one, other in combinations(self.present(), 2):
            assert not self.may_meet(one, other)

    @invariant()
    def the_server_agrees_with_every_client(self) -> None:
        for client in self.alive():
            assert client.peer.search == client.search
            assert (client.peer.call and client.peer.call.id) == client.call
            assert (client.peer.match is None) == (client.call is None)
            assert client.call is None or client.search is None

    @invariant()
    def the_counts_are_right(self) -> None:
        if not hasattr(self, "lobby"):
            return
        waiting = [client.search for client in self.present() if client.search is not None]
        for mode in Mode:
            assert self.lobby.waiting(mode) == sum(search.mode is mode for search in waiting)
        assert self.lobby.online == len(self.present())
        assert self.lobby.sessions == len(self.alive())
        assert self.lobby.calls * 2 == sum(client.call is not None for client in self.alive())

    def alive(self) -> list[Client]:
        return [client for client in self.clients.values() if not client.gone]

    def present(self) -> list[Client]:
        return [client for client in self.alive() if client.here]

    def away(self) -> list[Client]:
        return [client for client in self.alive() if not client.here]

    @staticmethod
    def pick(data: st.DataObject, clients: list[Client]) -> Client:
        return clients[data.draw(st.integers(0, len(clients) - 1))]


def shared_interests(one: Search, other: Search) -> set[str]:
    plain = [{word.lower().replace("é", "e") for word in s.interests} for s in (one, other)]
    return plain[0] & plain[1]


def shared_languages(one: Search, other: Search) -> set[str]:
    return {tag[:2] for tag in one.languages} & {tag[:2] for tag in other.languages}


class TestPairing(PairingMachine.TestCase):
    settings = settings(max_examples=300, stateful_step_count=50)
