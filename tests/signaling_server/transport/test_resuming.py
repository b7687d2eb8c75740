from typing import Any

import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
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
from tests.signaling_server.conftest import Arrive, ManualClock, Meet
from tests.signaling_server.wire_client import WireClient


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"resume_waiting_s": 20.0, "resume_call_s": 50.0, "messages_burst": 1_000}


def token_of(client: WireClient) -> str:
    assert client.welcome is not None
    return client.welcome.resume


async def test_a_call_lives_on_while_a_socket_is_away(arrive: Arrive, meet: Meet):
    ann, bob, anns, _ = await meet()
    ann.drop()
    assert await bob.receive(CallAway) == CallAway(anns.call, closed=True)

    ann = await arrive(resume=token_of(ann))

    assert ann.welcome is not None
    assert ann.welcome.resumed and ann.welcome.call == anns.call
    assert await bob.receive(CallBack) == CallBack(anns.call)
    assert await ann.receive(QueueMatched) == anns


async def test_what_was_said_meanwhile_arrives_in_order(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    for number in range(5):
        await bob.send(CallCandidate(match.call, f"candidate:{number}"))
    await bob.hears_nothing()

    ann = await arrive(resume=token_of(ann))

    await ann.receive(QueueMatched)
    for number in range(5):
        assert (await ann.receive(CallCandidate)).candidate == f"candidate:{number}"
    await ann.send(CallCandidate(match.call, "answer"))
    await bob.receive(CallBack)
    assert (await bob.receive(CallCandidate)).candidate == "answer"


@pytest.mark.parametrize(
    ("number", "characters"),
    [(limits.RELAYED_MAX, 1), (3, limits.DESCRIPTION_MAX_CHARACTERS)],
)
async def test_a_stranger_does_not_end_a_session_that_is_away_by_talking(
    arrive: Arrive, meet: Meet, number: int, characters: int
):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    for _ in range(number + 1):
        await bob.send(CallDescription(match.call, DescriptionKind.OFFER, "x" * characters))

    assert (await bob.refused(ErrorCode.RATE_LIMITED)).about == "call.description"
    ann = await arrive(resume=token_of(ann))
    assert ann.welcome is not None
    assert ann.welcome.resumed


async def test_a_stranger_does_not_end_a_session_that_is_away_by_coming_and_going(
    arrive: Arrive, meet: Meet
):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    for _ in range(limits.RELAYED_MAX):
        await bob.send(CallDescription(match.call, DescriptionKind.OFFER, "x"))
    for _ in range(limits.SESSION_CONNECTS_BURST):
        bob.drop()
        bob = await arrive(resume=token_of(bob))

    ann = await arrive(resume=token_of(ann))

    assert ann.welcome is not None
    assert ann.welcome.resumed


async def test_a_stranger_who_does_not_come_back_in_time_is_lost(
    server: Server, clock: ManualClock, meet: Meet
):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    clock.advance(49)
    server.pass_time()
    await bob.hears_nothing()

    clock.advance(2)
    server.pass_time()

    assert await bob.receive(CallEnded) == CallEnded(match.call, CallEnd.LOST)


async def test_a_call_that_ended_meanwhile_is_told_on_return(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    await bob.next()

    ann = await arrive(resume=token_of(ann))

    assert ann.welcome is not None and ann.welcome.call is None
    assert await ann.receive(CallEnded) == CallEnded(match.call, CallEnd.NEXT)


async def test_a_waiting_peer_is_not_matched_while_away_and_is_matched_once_back(
    server: Server, arrive: Arrive
):
    ann, bob = await arrive(), await arrive()
    search = await ann.join()
    ann.drop()
    while server.lobby.online > 1:
        await bob.hears_nothing()
    await bob.join()
    await bob.hears_nothing()

    ann = await arrive(resume=token_of(ann))

    assert (await ann.matched()).search == search
    await bob.matched()


async def test_a_waiting_session_ends_after_its_grace(
    server: Server, clock: ManualClock, arrive: Arrive
):
    ann, bob = await arrive(), await arrive()
    await ann.join()
    ann.drop()
    while server.lobby.online > 1:
        await bob.hears_nothing()
    clock.advance(21)
    server.pass_time()

    assert server.lobby.sessions == 1
    again = await arrive(resume=token_of(ann))
    assert again.welcome is not None and not again.welcome.resumed


async def test_a_newer_socket_takes_the_session_over(arrive: Arrive, meet: Meet):
    older, bob, match, _ = await meet()

    newer = await arrive(resume=token_of(older))

    await older.refused(ErrorCode.TAKEN_OVER)
    assert await older.closed() == CloseCode.TAKEN_OVER
    assert newer.welcome is not None and newer.welcome.call == match.call
    assert (await newer.receive(QueueMatched)).call == match.call
    await bob.hears_nothing()
    await newer.send(CallCandidate(match.call, "over the newer socket"))
    await bob.receive(CallCandidate)


async def test_a_token_is_good_once(arrive: Arrive):
    ann = await arrive()
    first = token_of(ann)
    again = await arrive(resume=first)
    await again.join()
    stranger = await arrive(resume=first)

    assert again.welcome is not None and again.welcome.resumed
    assert stranger.welcome is not None and not stranger.welcome.resumed
    await again.hears_nothing()


async def test_a_token_is_used_up_by_whatever_comes_over_the_new_socket(arrive: Arrive):
    ann = await arrive()
    first = token_of(ann)
    ann = await arrive(resume=first)
    await ann.send_raw("no JSON")
    await ann.refused(ErrorCode.MALFORMED)

    assert not (await arrive(resume=first)).welcome.resumed


async def test_a_token_is_used_up_once_the_welcome_is_known_to_be_read(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet()
    first = token_of(ann)
    ann = await arrive(resume=first)
    await bob.send(CallCandidate(match.call, "what comes behind the ping"))
    await ann.receive_later(CallCandidate)

    thief = await arrive(resume=first)
    assert thief.welcome is not None
    assert not thief.welcome.resumed


async def test_a_token_stays_good_while_its_welcome_may_be_lost(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet()
    first = token_of(ann)
    for _ in range(3):
        ann.drop()
        ann = await arrive(resume=first)
        assert ann.welcome is not None and ann.welcome.call == match.call
    second = token_of(ann)
    await ann.receive(QueueMatched)
    await ann.send(CallCandidate(match.call, "heard"))
    await bob.receive_later(CallCandidate)

    stranger, again = await arrive(resume=first), await arrive(resume=second)

    assert stranger.welcome is not None and not stranger.welcome.resumed
    assert again.welcome is not None and again.welcome.resumed


async def test_a_partner_who_dies_between_match_and_description_leaves_nobody_hanging(
    arrive: Arrive, clock: ManualClock, server: Server, meet: Meet
):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.send(CallCandidate(match.call, "into the void"))
    await bob.receive(CallAway)
    clock.advance(60)
    server.pass_time()
    assert (await bob.receive(CallEnded)).reason is CallEnd.LOST

    cid = await arrive()
    await cid.join()
    await bob.next()
    assert (await bob.matched()).call == (await cid.matched()).call


async def test_partners_are_remembered_across_a_resumed_session(arrive: Arrive, meet: Meet):
    ann, bob, _, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    ann = await arrive(resume=token_of(ann))
    await ann.receive(QueueMatched)
    await bob.receive(CallBack)
    await ann.next()
    await bob.receive(CallEnded)
    await bob.next()

    await ann.hears_nothing()


async def test_both_sockets_drop_and_both_come_back(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet()
    ann.drop()
    await bob.receive(CallAway)
    bob.drop()
    ann = await arrive(resume=token_of(ann))
    assert await ann.receive(QueueMatched)
    assert await ann.receive(CallAway) == CallAway(match.call, closed=True)

    bob = await arrive(resume=token_of(bob))

    assert await ann.receive(CallBack) == CallBack(match.call)
    await bob.receive_later(CallBack)
