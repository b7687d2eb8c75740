"""Sessions that move while others speak to them: what crosses, comes late, or is lost."""

from signaling_server.domain.guests import stranger_at
from signaling_server.domain.moving import SETTLED_WITHIN_S
from signaling_server.domain.node_messages import (
    Returned,
)
from signaling_server.domain.peer import Peer
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    CallDescription,
    CallEnd,
    CallEnded,
    DescriptionKind,
)
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.domain.server_network import (
    Network,
    Server,
    half_moved,
    in_a_call,
    in_a_shared_call,
    moved,
)


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
    here = half_moved(network, ann, servers)
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
    here = half_moved(network, ann, servers)
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
    here = half_moved(network, ann, servers)
    two.deliver(two.lobby.socket_lost(here))
    answers = one.claim(here)
    network.carry(one, two)
    network.carry(two, one)
    assert answers[0] is not None

    network.carry_all()

    assert one.lobby.sessions == 1
