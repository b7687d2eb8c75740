"""What is said and told while the news of a move or of a return is late: whatever the order."""

from itertools import count, permutations, product

from hypothesis import example, given
from hypothesis import strategies as st

from signaling_server.backends.redis.others import KNOWN_AFTER_S
from signaling_server.domain.early import KEPT_FOR_S
from signaling_server.domain.peer import Peer
from signaling_server.domain.tickets import Ticket
from signaling_server.protocol import limits
from signaling_server.protocol.messages import (
    CallDescription,
    CallEnd,
    CallEnded,
    CallId,
    DescriptionKind,
)
from tests.signaling_server.conftest import ManualClock
from tests.signaling_server.domain.server_network import Network, Server, in_a_shared_call, moved

NAMES = ("one", "two", "three", "four")
PAIRS = list(permutations(range(3), 2))
BEATS = list(product(("announce", "hear"), range(3)))


def move_unheard(network: Network, ann: Peer, at: Server, to: Server) -> Peer:
    """Move a session, of which the server of its stranger does not hear yet."""
    # The token that the welcome there has brought.
    at.lobby.renew_token(ann)
    answers = to.claim(ann)
    network.carry(to, at)
    network.carry(at, to)
    [here] = answers
    assert here is not None
    return here


# --- one move ----------------------------------------------------------------------------


def test_who_has_moved_is_heard_once_its_strangers_server_knows_of_it(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    one.say(ann, "before")
    here = move_unheard(network, ann, one, two)
    two.say(here, "after")
    network.carry(two, three)
    network.carry(three, two)
    assert three.said_to(bob) == []

    network.carry_all()

    assert three.said_to(bob) == ["before", "after"]
    assert here.call is not None


def test_the_end_of_a_call_that_is_heard_before_the_move_is_told_for_what_it_was(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    assert ann.call is not None
    call = ann.call.id
    here = move_unheard(network, ann, one, two)
    two.deliver(two.lobby.leave(here))
    network.carry(two, three)

    network.carry_all()

    assert three.told[bob.session][-1] == CallEnded(call, CallEnd.LEFT)
    assert bob.call is None


def test_what_was_said_before_the_end_of_a_call_is_told_though_it_comes_later(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    three.say(bob, "by the first")
    here = move_unheard(network, ann, one, two)
    network.carry(one, three)
    three.say(bob, "directly")
    three.deliver(three.lobby.leave(bob))
    network.carry(three, two)

    network.carry_all()

    assert two.said_to(here) == ["by the first", "directly"]
    assert isinstance(two.told[here.session][-1], CallEnded)


def test_what_came_too_early_goes_along_with_the_next_move(network: Network):
    one, two, three, four = make_servers(network, ManualClock())
    ann, bob = in_a_shared_call(network, one, three)
    here = move_unheard(network, ann, one, two)
    two.say(here, "early")
    network.carry(two, three)
    three.lobby.renew_token(bob)
    bobs = four.claim(bob)
    network.carry(four, three)
    network.carry(three, four)

    network.carry_all()

    [bob_here] = bobs
    assert bob_here is not None
    assert four.said_to(bob_here) == ["early"]


def test_nobody_has_more_kept_early_than_a_stranger_may_say(
    network: Network, servers: list[Server]
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    here = move_unheard(network, ann, one, two)
    assert here.call is not None
    long = CallDescription(here.call.id, DescriptionKind.OFFER, "x" * 30_000)
    for _ in range(6):
        two.deliver(two.lobby.relay(here, long))
    network.carry(two, three)
    network.carry_all()

    told = len(three.told[bob.session]) * len(long.sdp)
    assert limits.RELAYED_MAX_BYTES <= told < limits.UNACKNOWLEDGED_MAX_BYTES


def test_news_that_never_comes_is_not_waited_for(
    network: Network, servers: list[Server], clock: ManualClock
):
    one, two, three = servers
    ann, bob = in_a_shared_call(network, one, three)
    here = move_unheard(network, ann, one, two)
    two.say(here, "early")
    network.carry(two, three)
    clock.advance(KEPT_FOR_S)
    three.deliver(three.afar.pass_time())

    network.carry_all()

    assert three.said_to(bob) == []


@given(st.lists(st.sampled_from(["ann says", "bob says", "move", *PAIRS]), max_size=40))
def test_both_hear_everything_in_order_wherever_what_is_said_meets_a_move(
    steps: list[str | tuple[int, int]],
):
    network = Network()
    servers = one, two, three, _ = make_servers(network, ManualClock())
    ann, bob = in_a_shared_call(network, one, three)
    anns, said = one, count()
    for step in steps:
        if step == "ann says":
            anns.say(ann, f"ann {next(said)}")
        elif step == "bob says":
            three.say(bob, f"bob {next(said)}")
        elif isinstance(step, tuple):
            network.carry(servers[step[0]], servers[step[1]])
        elif anns is one:
            ann, anns = move_unheard(network, ann, one, two), two

    network.carry_all()

    told = [text for server in (one, two) for text in server.said_to(ann)]
    assert told == [f"bob {number}" for number in numbers(steps, "bob says")]
    assert three.said_to(bob) == [f"ann {number}" for number in numbers(steps, "ann says")]


def numbers(steps: list[str | tuple[int, int]], who: str) -> list[int]:
    """Return the numbers of what one of two has said."""
    said = [step for step in steps if step in ("ann says", "bob says")]
    return [number for number, step in enumerate(said) if step == who]


# --- moves that follow each other -----------------------------------------------------------


def test_what_was_kept_is_told_before_what_is_passed_on_later(network: Network):
    one, two, three, four = make_servers(network, ManualClock())
    ann, bob = in_a_shared_call(network, one, three)
    here = move_unheard(network, ann, one, two)
    network.carry(one, three)
    three.say(bob, "to the second")
    network.carry(three, two)
    three.say(bob, "on its way to the second")
    here = move_unheard(network, here, two, four)

    network.carry_all()

    assert four.said_to(here) == ["to the second", "on its way to the second"]


def test_what_comes_by_two_servers_is_told_before_what_comes_by_one(network: Network):
    one, two, three, four = make_servers(network, ManualClock())
    ann, bob = in_a_shared_call(network, one, three)
    three.say(bob, "to the first")
    here = move_unheard(network, ann, one, two)
    network.carry(one, three)
    three.say(bob, "to the second")
    network.carry(three, two)
    here = move_unheard(network, here, two, four)

    network.carry_all()

    assert four.said_to(here) == ["to the first", "to the second"]


@given(st.lists(st.sampled_from(["bob says", "move", "news", "carry"]), max_size=30))
def test_what_is_said_to_who_moves_on_and_on_is_heard_in_order(steps: list[str]):
    network = Network()
    one, two, three, four = make_servers(network, ManualClock())
    ann, bob = in_a_shared_call(network, one, three)
    places, said = [one], list[str]()
    for step in steps:
        if step == "bob says":
            said.append(str(len(said)))
            three.say(bob, said[-1])
        elif step == "news":
            for place in places:
                network.carry(place, three)
        elif step == "carry":
            carry_oldest_first(network, three, places)
        elif len(places) < 3:
            to = (two, four)[len(places) - 1]
            ann = move_unheard(network, ann, places[-1], to)
            places.append(to)

    carry_oldest_first(network, three, places)
    network.carry_all()

    assert [text for place in places for text in place.said_to(ann)] == said


def carry_oldest_first(network: Network, strangers: Server, places: list[Server]) -> None:
    """Let what is for a session get where it is now: what went to its first server before."""
    for place, following in zip(places, [*places[1:], None], strict=True):
        network.carry(strangers, place)
        if following is not None:
            network.carry(place, following)


# --- two who come back after a restart -------------------------------------------------------


@given(
    st.lists(st.sampled_from(BEATS), max_size=20), st.booleans(), st.booleans(), st.integers(0, 10)
)
@example([("announce", 2), ("hear", 1), ("announce", 0), ("hear", 2)], True, False, 0)
@example([("announce", 2), ("hear", 1), ("announce", 0), ("hear", 2)], True, True, 0)
def test_who_is_there_keeps_the_call_though_an_own_session_was_left_elsewhere(
    steps: list[tuple[str, int]], is_noticed: bool, bob_moves: bool, bob_comes_after: int
):
    network, clock = Network(), ManualClock()
    servers = one, two, three, _ = make_servers(network, clock)
    left = back_at(one, 0)
    if is_noticed:
        one.deliver(one.lobby.socket_lost(left))
    answers = two.claim(left)
    network.carry(two, one)
    network.carry(one, two)
    assert answers == [None]
    ann = back_at(two, 0)
    for verb, number in steps[:bob_comes_after]:
        take(network, servers, verb, servers[number])
    bob = back_at(three, 1)
    for verb, number in steps[bob_comes_after:]:
        take(network, servers, verb, servers[number])

    for verb in ("announce", "hear") * 3:
        for server in servers:
            take(network, servers, verb, server)
    clock.advance(KNOWN_AFTER_S + 1)
    two.compare(three)
    three.compare(two)
    network.carry_all()

    # And nobody loses it who comes to where that session was.
    anns, bobs = (two, one) if bob_moves else (one, three)
    if bob_moves:
        bob = moved(network, bob, one)
    else:
        ann = moved(network, ann, one)
    anns.say(ann, "still here")
    bobs.say(bob, "so am I")
    network.carry_all()
    assert bobs.said_to(bob) == ["still here"]
    assert anns.said_to(ann) == ["so am I"]
    assert sum(server.lobby.sessions for server in servers) == 2


def back_at(server: Server, side: int) -> Peer:
    """Let one of a call come to a server that has forgotten it."""
    back = server.lobby.enter_call(Ticket(CallId("call"), side), "", "")
    assert back is not None
    server.lobby.renew_token(back.peer)
    server.deliver(back.deliveries)
    return back.peer


def take(network: Network, servers: list[Server], verb: str, server: Server) -> None:
    if verb == "announce":
        server.announce()
        return
    for sender in servers:
        if sender is not server:
            network.carry(sender, server)


def make_servers(network: Network, clock: ManualClock) -> list[Server]:
    return [Server(name, network, clock) for name in NAMES]
