"""Sessions that move between three servers."""

from signaling_server.backends.redis.others import KNOWN_AFTER_S
from signaling_server.domain.node_messages import (
    Shared,
)
from signaling_server.domain.tickets import Ticket
from signaling_server.domain.widening import Stage
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallEnd,
    CallEnded,
    CallId,
    CallReported,
    Mode,
)
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.domain.server_network import (
    GRACE,
    SEARCH,
    Network,
    Server,
    in_a_call,
    in_a_shared_call,
    moved,
)


def test_what_is_for_a_stranger_that_never_came_does_not_come_back_to_who_has_said_it(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    ann = moved(network, ann, two)
    number = one.moving.claim(bob.token, bob.person, None, lambda peer: None)
    one.moving.give_up(number)
    network.carry_all()

    two.say(ann, "to whom it may concern")
    network.carry_all()

    assert two.said_to(ann) == []
    assert ann.call is not None


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


def test_what_is_told_of_a_session_that_has_moved_follows_it(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann = one.arrive()
    here = moved(network, ann, two)
    moved(network, here, three)

    one.deliver([(ann, CallReported("call", "report"))])
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
    assert one.let_go == [back.peer]
    assert not back.peer.connected


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
