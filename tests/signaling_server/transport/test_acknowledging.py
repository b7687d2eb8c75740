"""Messages across dropped sockets: in order, exactly once, whoever noticed the drop when."""

from typing import Any, TypeVar

from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallCandidate,
    CallDescription,
    CallEnded,
    DescriptionKind,
    Message,
    QueueJoined,
    QueueMatched,
    Received,
)
from signaling_server.protocol.unacknowledged import COUNTED
from signaling_server.protocol.versions import Feature
from tests.signaling_server.conftest import Arrive, Meet
from tests.signaling_server.wire_client import WireClient

M = TypeVar("M", bound=Message)
FEATURES = tuple(Feature)


async def back(arrive: Arrive, client: WireClient, received: int, **hello: Any) -> WireClient:
    """Come back over a new socket; the older one may still be there."""
    assert client.welcome is not None
    again = await arrive(
        features=FEATURES, resume=client.welcome.resume, received=received, **hello
    )
    assert again.welcome is not None and again.welcome.resumed
    return again


async def test_what_was_written_to_a_dead_socket_comes_over_the_next(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet(features=FEATURES)
    # Ann reads no more: for the server her socket is alive.
    for number in range(5):
        await bob.send(CallCandidate(match.call, f"candidate:{number}"))
    await bob.hears_nothing()

    ann = await back(arrive, ann, received=2)  # queue.joined and queue.matched

    for number in range(5):
        assert (await ann.receive(CallCandidate)).candidate == f"candidate:{number}"
    await ann.hears_nothing()


async def test_what_has_come_is_not_told_again(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet(features=FEATURES)
    for number in range(3):
        await bob.send(CallCandidate(match.call, f"candidate:{number}"))
    for _ in range(2):
        await ann.receive(CallCandidate)
    ann.drop()

    ann = await back(arrive, ann, received=4)

    assert (await ann.receive(CallCandidate)).candidate == "candidate:2"
    await ann.hears_nothing()


async def test_a_match_that_was_lost_with_the_socket_is_told_once(arrive: Arrive):
    ann, bob = await arrive(features=FEATURES), await arrive(features=FEATURES)
    search = await ann.join()
    await bob.join()
    match = await bob.matched()

    ann = await back(arrive, ann, received=1)

    told = await ann.receive(QueueMatched)
    assert (told.search, told.call) == (search, match.call)
    await ann.hears_nothing()


async def test_over_many_drops_every_message_comes_once_and_in_order(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet(features=FEATURES)
    heard: list[str] = []
    for number in range(12):
        await bob.send(CallCandidate(match.call, f"candidate:{number}"))
        if number % 3 == 1:
            heard.append((await ann.receive_later(CallCandidate)).candidate)
        if number % 4 == 3:
            ann.drop()
            ann = await back(arrive, ann, received=2 + len(heard))
    await bob.send(CallCandidate(match.call, "last"))
    while heard[-1:] != ["last"]:
        heard.append((await ann.receive_later(CallCandidate)).candidate)

    assert heard == [*(f"candidate:{number}" for number in range(12)), "last"]


async def test_acknowledged_messages_are_forgotten(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet(features=FEATURES)
    for number in range(3):
        await bob.send(CallCandidate(match.call, f"candidate:{number}"))
        await ann.receive(CallCandidate)
    await ann.send(Received(5))
    await ann.hears_nothing()

    again = await arrive(features=FEATURES, resume=ann.welcome and ann.welcome.resume, received=4)

    # Message 5 is not there any more, so the session cannot go on as if it were.
    assert again.welcome is not None and not again.welcome.resumed


async def test_no_stranger_ends_a_session_by_what_it_has_parked(arrive: Arrive):
    ann = await arrive(features=FEATURES)  # and acknowledges nothing
    long = "\N{EURO SIGN}" * (limits.DESCRIPTION_MAX_CHARACTERS // 3)
    parked = []
    for _ in range(5):
        stranger = await arrive(features=FEATURES)
        await stranger.join(description=long)
        await ann.next(description="short")
        parked.append((await ann.matched()).description)
        await stranger.receive_later(QueueMatched)

    assert parked[0] == long
    assert parked[-1] is None
    await ann.hears_nothing()


async def test_more_cannot_be_acknowledged_than_was_told(arrive: Arrive):
    ann = await arrive(features=FEATURES)
    await ann.send(Received(1))

    await ann.refused(ErrorCode.WRONG_STATE)


async def test_the_welcome_says_what_the_server_has_taken(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet(features=FEATURES)
    await ann.send(CallCandidate(match.call, "one"))
    await ann.send(CallCandidate("no such call", "refused, but taken"))
    await ann.send_raw('{"type":"family.of_a_newer_version"}')
    await ann.refused(ErrorCode.UNKNOWN_CALL)
    await ann.refused(ErrorCode.UNKNOWN_TYPE)
    ann.drop()

    ann = await back(arrive, ann, received=2)

    assert ann.welcome is not None and ann.welcome.received == 4  # with queue.join
    await bob.receive(CallCandidate)


async def test_a_message_that_is_refused_as_malformed_is_counted_by_its_type(
    arrive: Arrive, meet: Meet
):
    ann, *_ = await meet(features=FEATURES)
    await ann.send_raw('{"type":"call.candidate","call":1}')
    await ann.send_raw('{"type":"session.received","count":-1}')
    await ann.send_raw("{}")
    for _ in range(3):
        await ann.refused(ErrorCode.MALFORMED)

    ann = await back(arrive, ann, received=2)

    assert ann.welcome is not None and ann.welcome.received == 2  # with queue.join


async def test_who_missed_more_than_a_slow_reader_may_still_comes_back(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet(features=FEATURES)
    ann.drop()
    await bob.receive(CallAway)
    long = "v=0" + "x" * 31_000
    for number in range(3):
        await bob.send(CallDescription(match.call, DescriptionKind.OFFER, long, number))
    await bob.hears_nothing()

    ann = await back(arrive, ann, received=2)
    await bob.receive(CallBack)

    for number in range(3):
        assert (await ann.receive(CallDescription)).replacement == number
    await ann.send(Received(5))
    await ann.hears_nothing()
    await bob.send(CallCandidate(match.call, "after"))
    assert (await ann.receive(CallCandidate)).candidate == "after"


async def test_the_server_acknowledges_now_and_then(meet: Meet):
    ann, _, match, _ = await meet(features=FEATURES)
    for number in range(limits.ACKNOWLEDGE_EVERY - 1):
        await ann.send(CallCandidate(match.call, f"candidate:{number}"))

    assert await ann.receive(Received) == Received(limits.ACKNOWLEDGE_EVERY)


async def test_who_presses_next_into_a_dying_socket_goes_on_over_the_next_one(
    arrive: Arrive, meet: Meet
):
    ann, bob, match, _ = await meet(features=FEATURES)
    cid = await arrive()
    await cid.join()
    search = ann.next_message()
    await ann.send(search)
    assert (await bob.receive(CallEnded)).call == match.call

    ann = await back(arrive, ann, received=2)

    assert ann.welcome is not None and ann.welcome.received == 2
    assert (await ann.receive(QueueJoined)).search == search.search
    assert (await ann.matched()).call == (await cid.matched()).call


async def test_a_session_that_began_without_counting_goes_on_without(arrive: Arrive, meet: Meet):
    ann, _, match, _ = await meet()
    ann.drop()

    ann = await back(arrive, ann, received=0)

    assert ann.welcome is not None and Feature.ACKNOWLEDGED not in ann.welcome.features
    assert (await ann.receive(QueueMatched)).call == match.call


def test_the_messages_of_a_call_are_counted_and_those_of_the_session_are_not():
    assert {CallCandidate, QueueMatched, CallBack} <= COUNTED
    assert Received not in COUNTED
