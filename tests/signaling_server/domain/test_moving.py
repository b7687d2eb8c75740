"""Sessions that move between three servers whose messages a test carries one by one."""

from collections import deque
from collections.abc import Iterable
from random import Random

import pytest

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.backends.redis.others import KNOWN_AFTER_S, Others
from signaling_server.domain.afar import stranger_at
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.moving import SETTLED_WITHIN_S
from signaling_server.domain.node_messages import (
    Claim,
    Handover,
    Moved,
    NodeMessage,
    NotHere,
    PassedOn,
    Relayed,
    Returned,
    Shared,
)
from signaling_server.domain.peer import Delivery, NodeId, Peer
from signaling_server.domain.sessions import Grace
from signaling_server.domain.tickets import Ticket
from signaling_server.domain.widening import Stage
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnd,
    CallEnded,
    CallId,
    CallReported,
    DescriptionKind,
    Mode,
    QueueJoin,
    ServerMessage,
)
from tests.signaling_server.conftest import ManualClock

GRACE = Grace(waiting_s=60.0, in_call_s=90.0)
SEARCH = QueueJoin(search=1, mode=Mode.VIDEO)


class Network:
    """Keeps the order from one server to another, and nothing else, until a test carries it."""

    def __init__(self) -> None:
        self.servers: dict[NodeId, Server] = {}
        self.on_its_way: dict[tuple[NodeId, NodeId], deque[NodeMessage]] = {}

    def carry(self, sender: "Server", receiver: "Server") -> None:
        """Hand over what is on its way from one server to another."""
        waiting = self.on_its_way.get((sender.node, receiver.node), deque())
        for _ in range(len(waiting)):
            receiver.hear(waiting.popleft())

    def carry_all(self) -> None:
        while any(self.on_its_way.values()):
            for sender, receiver in list(self.on_its_way):
                self.carry(self.servers[sender], self.servers[receiver])


class Server:
    """A lobby, and what its peers have been told, by session."""

    def __init__(self, name: str, network: Network, clock: ManualClock) -> None:
        self.node = NodeId(name)
        self._network = network
        network.servers[self.node] = self
        self.lobby = Lobby(clock, Random(7), MemoryLine(Random(7)), GRACE, Observers())
        self.afar = self.lobby.afar(self.node, self._post)
        self.moving = self.lobby.move_with(self.afar, self._post, self._let_go, lambda node: True)
        self.others = Others(self.afar, clock, GRACE.in_call_s)
        self.told: dict[str, list[ServerMessage]] = {}
        self.let_go: list[Peer] = []

    def arrive(self) -> Peer:
        peer = self.lobby.enter(None, ())
        self.lobby.renew_token(peer)
        return peer

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        for to, message in ((told.to, told.message) for told in deliveries):
            if to.node is not None or to.is_settling:
                self.moving.tell(to, message)
            else:
                self.told.setdefault(to.session, []).append(message)

    def said_to(self, peer: Peer) -> list[str]:
        """Return the candidates that a session was told here."""
        told = self.told.get(peer.session, [])
        return [message.candidate for message in told if isinstance(message, CallCandidate)]

    def say(self, peer: Peer, text: str) -> None:
        assert peer.call is not None
        self.deliver(self.lobby.relay(peer, CallCandidate(peer.call.id, text)))

    def hear(self, message: NodeMessage) -> None:
        if self.moving.passes_on(message):
            return
        steps = {
            Relayed: self.afar.relayed,
            Returned: self.afar.returned,
            Moved: self.afar.moved,
            Claim: self.moving.claimed,
            NotHere: self.moving.not_here,
            Handover: self.moving.handed_over,
            PassedOn: self.moving.passed_on,
        }
        if step := steps.get(type(message)):
            self.deliver(step(message))

    def claim(self, peer: Peer) -> list[Peer | None]:
        """Ask for a session; the answer will be in the list."""
        answers: list[Peer | None] = []
        self.moving.claim(peer.token, peer.person, None, answers.append)
        return answers

    def _post(self, node: NodeId | None, message: NodeMessage) -> None:
        assert node is not None
        self._network.on_its_way.setdefault((self.node, node), deque()).append(message)

    def _let_go(self, peer: Peer) -> None:
        self.let_go.append(peer)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def servers(network: Network, clock: ManualClock) -> list[Server]:
    return [Server(name, network, clock) for name in ("one", "two", "three")]


def moved(network: Network, peer: Peer, to: Server) -> Peer:
    answers = to.claim(peer)
    network.carry_all()
    [here] = answers
    assert here is not None
    return here


def in_a_call(server: Server) -> tuple[Peer, Peer]:
    """Bring two together at a server."""
    ann, bob = server.arrive(), server.arrive()
    for peer in (ann, bob):
        server.deliver(server.lobby.join(peer, SEARCH))
    assert ann.call is bob.call is not None
    return ann, bob


def in_a_shared_call(network: Network, anns: Server, bobs: Server) -> tuple[Peer, Peer]:
    """Bring two together, of whom the second one's server gets to know by the move of the second."""
    ann, bob = in_a_call(anns)
    return ann, moved(network, bob, bobs)


def test_a_search_goes_on_where_it_was(network: Network, servers: list[Server], clock: ManualClock):
    one, two, _ = servers
    ann = one.arrive()
    one.lobby.join(ann, SEARCH)
    clock.advance(limits.WIDEN_EVERY_S)
    one.lobby.pass_time()
    one.lobby.socket_lost(ann)

    here = moved(network, ann, two)

    assert (here.session, here.secret, here.search) == (ann.session, ann.secret, SEARCH)
    assert (here.stage, clock() - here.waiting_since) == (Stage.LANGUAGE, limits.WIDEN_EVERY_S)
    assert (one.lobby.sessions, one.lobby.people(), one.lobby.waiting(Mode.VIDEO)) == (0, {}, 0)
    assert (two.lobby.people(), two.lobby.waiting(Mode.VIDEO)) == ({"": 1}, 0)
    two.lobby.socket_back(here)
    assert two.lobby.waiting(Mode.VIDEO) == 1


def test_nothing_happens_any_more_at_the_server_that_was_left(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, _ = servers
    ann, bob = in_a_call(one)
    one.deliver(one.lobby.socket_lost(ann))
    moved(network, ann, two)

    clock.advance(GRACE.in_call_s)
    one.deliver(one.lobby.pass_time())

    assert isinstance(one.told[bob.session][-1], CallAway)
    assert bob.call is not None


def test_a_session_whose_socket_does_not_come_is_given_up_in_time(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, _ = servers
    ann, bob = in_a_call(one)
    one.lobby.socket_lost(ann)
    here = moved(network, ann, two)
    assert here.call is not None
    ended = CallEnded(here.call.id, CallEnd.LOST)

    clock.advance(GRACE.in_call_s)
    two.deliver(two.lobby.pass_time())
    network.carry_all()

    assert one.told[bob.session][-1] == ended
    assert [server.lobby.calls for server in servers] == [0, 0, 0]


def test_an_open_socket_is_let_go_and_the_stranger_not_told(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    ann, bob = in_a_call(one)

    here = moved(network, ann, two)

    assert one.let_go == [ann]
    assert here.connected
    assert not any(isinstance(told, CallAway | CallBack) for told in one.told[bob.session])


def test_a_handover_that_comes_too_late_is_dropped_and_the_stranger_is_freed(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, _ = servers
    ann, bob = in_a_call(one)
    number = two.moving.claim(ann.token, ann.person, None, lambda peer: None)
    network.carry(two, one)
    two.moving.give_up(number)
    network.carry(one, two)
    assert [server.lobby.sessions for server in servers] == [1, 0, 0]

    clock.advance(KNOWN_AFTER_S + 1)
    assert bob.call is not None
    ended = CallEnded(bob.call.id, CallEnd.LOST)
    one.deliver(one.others.compare(Shared(two.node, [])))

    assert one.told[bob.session][-1] == ended


def test_what_comes_directly_waits_for_what_was_passed_on(network: Network, servers: list[Server]):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    three.say(bob, "first")
    answers = two.claim(ann)
    network.carry(two, one)
    network.carry(one, two)
    [here] = answers
    assert here is not None
    # The third server hears of the move, and its next message goes the short way.
    network.carry(one, three)
    three.say(bob, "second")
    network.carry(three, two)
    assert two.said_to(here) == []

    network.carry_all()

    assert two.said_to(here) == ["first", "second"]
    assert not here.is_settling


def test_what_was_passed_on_is_not_waited_for_without_end(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    answers = two.claim(ann)
    network.carry(two, one)
    network.carry(one, two)
    network.carry(one, three)
    [here] = answers
    assert here is not None
    three.say(bob, "said")
    network.carry(three, two)

    clock.advance(SETTLED_WITHIN_S)
    two.deliver(two.moving.pass_time())

    assert two.said_to(here) == ["said"]


def test_the_end_of_a_call_that_crosses_a_move_is_told(network: Network, servers: list[Server]):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    assert ann.call is not None
    call = ann.call.id
    answers = two.claim(ann)
    network.carry(two, one)
    three.deliver(three.lobby.depart(bob, CallEnd.LEFT))

    network.carry_all()

    [here] = answers
    assert here is not None
    assert two.told[here.session] == [CallEnded(call, CallEnd.LEFT)]
    assert here.call is None


def test_a_call_that_has_ended_where_its_peer_comes_to_is_over(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    ann, bob = in_a_shared_call(network, one, two)
    assert ann.call is not None
    call = ann.call.id
    answers = two.claim(ann)
    network.carry(two, one)
    two.deliver(two.lobby.leave(bob))

    network.carry_all()

    [here] = answers
    assert here is not None
    assert here.call is None
    assert two.told[here.session] == [CallEnded(call, CallEnd.LOST)]


def test_two_who_change_places_at_the_same_time_stay_in_their_call(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    ann, bob = in_a_shared_call(network, one, two)
    anns, bobs = two.claim(ann), one.claim(bob)
    one.say(ann, "from ann")
    two.say(bob, "from bob")

    network.carry_all()

    [ann_here], [bob_here] = anns, bobs
    assert ann_here is not None
    assert bob_here is not None
    two.say(ann_here, "again")
    one.say(bob_here, "again")
    network.carry_all()
    assert one.said_to(bob_here) == ["from ann", "again"]
    assert two.said_to(ann_here) == ["from bob", "again"]


def test_what_is_told_of_a_session_that_has_moved_follows_it(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann = one.arrive()
    here = moved(network, ann, two)
    moved(network, here, three)

    one.deliver([Delivery(ann, CallReported("call", "report"))])
    network.carry_all()

    assert three.told[ann.session] == [CallReported("call", "report")]


def test_the_limit_of_candidates_holds_for_the_call_wherever_its_peers_are(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    ann, bob = in_a_call(one)
    one.say(ann, "one")
    one.say(bob, "one")

    ann = moved(network, ann, two)
    bob = moved(network, bob, two)

    assert ann.call is bob.call is not None
    assert ann.call.candidates == [1, 1]


def test_a_call_that_waits_for_its_stranger_after_a_restart_stays(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    back = one.lobby.enter_call(Ticket(CallId("call"), 0), "", "")
    assert back is not None
    one.lobby.renew_token(back.peer)
    answers = two.claim(back.peer)

    network.carry_all()

    assert answers == [None]
    assert back.peer.call is not None


def test_two_servers_that_each_believe_the_other_to_have_a_session_do_not_ask_for_ever(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann = one.arrive()
    here = moved(network, ann, two)
    # The handover back is lost.
    number = one.moving.claim(here.token, "", None, lambda peer: None)
    network.carry(one, two)
    one.moving.give_up(number)
    network.carry_all()
    ann.token = here.token
    answers = three.claim(ann)

    network.carry_all()

    assert answers == [None]


def test_a_server_that_shares_a_call_and_was_never_heard_is_taken_as_gone_in_time(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, _ = servers
    ann, _ = in_a_shared_call(network, one, two)
    assert ann.call is not None
    ended = CallEnded(ann.call.id, CallEnd.LOST)
    for _ in range(3):
        one.deliver(one.others.pass_time())
        clock.advance(GRACE.in_call_s + 1)

    assert one.told[ann.session][-2:] == [CallAway(ended.call), ended]


def test_what_comes_directly_waits_also_where_both_have_moved_at_once(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, two)
    anns, bobs = three.claim(ann), one.claim(bob)
    network.carry(three, one)
    network.carry(one, three)
    network.carry(one, two)
    [ann_here] = anns
    assert ann_here is not None
    # For the third server bob is still at the second.
    three.say(ann_here, "first")
    network.carry(two, one)
    network.carry(one, three)
    three.say(ann_here, "second")
    network.carry(three, one)

    network.carry_all()

    [bob_here] = bobs
    assert bob_here is not None
    assert one.said_to(bob_here) == ["first", "second"]


def come_back_too_late(network: Network, one: Server, two: Server, ann: Peer) -> None:
    """Let a session go from one to two, and come back when nobody waits for it any more."""
    here = moved(network, ann, two)
    number = one.moving.claim(here.token, "", None, lambda peer: None)
    network.carry(one, two)
    one.moving.give_up(number)
    network.carry_all()


def test_what_is_for_a_session_that_was_lost_on_its_way_does_not_circle(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    ann, bob = in_a_call(one)
    come_back_too_late(network, one, two, ann)

    one.say(bob, "is anybody there?")
    network.carry_all()


def test_news_of_a_call_that_was_lost_on_its_way_does_not_circle(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    assert ann.call is not None
    returned = Returned(ann.call.id, 0, stranger_at(three.node, bob))
    come_back_too_late(network, one, two, ann)

    one.hear(returned)
    network.carry_all()


def test_a_stranger_says_no_more_to_who_settles_than_is_kept(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    answers = two.claim(ann)
    for sender, receiver in ((two, one), (one, two), (one, three)):
        network.carry(sender, receiver)
    [here] = answers
    assert here is not None
    assert here.is_settling
    assert bob.call is not None
    long = CallDescription(bob.call.id, DescriptionKind.OFFER, "x" * 30_000)
    for _ in range(6):
        three.deliver(three.lobby.relay(bob, long))
    network.carry(three, two)
    clock.advance(SETTLED_WITHIN_S)
    two.deliver(two.moving.pass_time())

    told = len(two.told[here.session]) * len(long.sdp)
    assert limits.RELAYED_MAX_BYTES <= told < limits.UNACKNOWLEDGED_MAX_BYTES


def test_late_news_of_an_earlier_journey_drops_nobody_who_has_come_back(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, _ = in_a_shared_call(network, one, three)
    answers = two.claim(ann)
    for sender, receiver in ((two, one), (one, two), (one, three)):
        network.carry(sender, receiver)
    [here] = answers
    assert here is not None
    two.deliver(two.lobby.socket_lost(here))
    answers = one.claim(here)
    network.carry(one, two)
    network.carry(two, one)
    assert answers[0] is not None

    network.carry_all()

    assert one.lobby.sessions == 1


def test_a_ticket_is_worth_nothing_once_its_call_has_come_back_and_ended(
    network: Network, servers: list[Server]
):
    one, two, _ = servers
    ann, bob = in_a_call(one)
    assert ann.call is not None
    call = ann.call.id
    there = moved(network, ann, two)
    moved(network, bob, two)
    here = moved(network, there, one)
    one.deliver(one.lobby.leave(here))
    network.carry_all()

    assert not one.lobby.has_place(Ticket(call, 0, own=True))
