from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    Bye,
    CallCandidate,
    CallDescription,
    CallEnd,
    CallEnded,
    DescriptionKind,
    QueueLeave,
    QueueLeft,
)
from tests.signaling_server.conftest import Arrive, Meet


def offer(call: str, sdp: str = "v=0") -> CallDescription:
    return CallDescription(call, DescriptionKind.OFFER, sdp)


async def test_descriptions_and_candidates_reach_the_stranger_unchanged(meet: Meet):
    ann, bob, match, _ = await meet()
    description = offer(match.call, 'v=0\r\ns=ü "quoted" \\ \U0001f600\r\n')
    candidate = CallCandidate(match.call, "candidate:1 1 udp 1 192.0.2.1 9 typ host", "0", 0)

    await ann.send(description)
    await ann.send(candidate)
    await ann.send(CallCandidate(match.call, ""))

    assert await bob.receive(CallDescription) == description
    assert await bob.receive(CallCandidate) == candidate
    assert await bob.receive(CallCandidate) == CallCandidate(match.call, "")


async def test_the_number_of_a_replacing_connection_is_relayed(meet: Meet):
    ann, bob, match, _ = await meet()
    description = CallDescription(match.call, DescriptionKind.OFFER, "v=0", replacement=2)
    candidate = CallCandidate(match.call, "candidate:1", replacement=2)
    await ann.send(description)
    await ann.send(candidate)

    assert await bob.receive(CallDescription) == description
    assert await bob.receive(CallCandidate) == candidate


async def test_connections_are_replaceable_when_both_know_how(arrive: Arrive, meet: Meet):
    _, _, anns, bobs = await meet()
    assert anns.replaceable and bobs.replaceable
    knows, other = await arrive(), await arrive(features=[])
    for client in (knows, other):
        await client.join()

    assert not (await knows.matched()).replaceable
    assert not (await other.matched()).replaceable


async def test_nothing_is_relayed_into_a_call_of_others(arrive: Arrive, meet: Meet):
    ann, bob, match, _ = await meet()
    eve = await arrive()

    await eve.send(offer(match.call))

    assert (await eve.refused(ErrorCode.UNKNOWN_CALL)).about == "call.description"
    await ann.hears_nothing()
    await bob.hears_nothing()


async def test_nothing_is_relayed_into_ones_own_call_under_another_name(meet: Meet):
    ann, bob, match, _ = await meet()
    await ann.send(offer(match.call + "x"))

    await ann.refused(ErrorCode.UNKNOWN_CALL)
    await bob.hears_nothing()


async def test_nothing_is_relayed_once_the_call_has_ended(meet: Meet):
    ann, bob, match, _ = await meet()
    await ann.next()
    await bob.receive(CallEnded)

    for client in (ann, bob):
        await client.send(offer(match.call))
        await client.refused(ErrorCode.UNKNOWN_CALL)


async def test_the_stranger_is_told_that_the_other_has_left(meet: Meet):
    ann, bob, match, _ = await meet()
    await ann.send(QueueLeave())

    await ann.receive(QueueLeft)
    assert await bob.receive(CallEnded) == CallEnded(match.call, CallEnd.LEFT)


async def test_a_goodbye_ends_the_call_at_once(meet: Meet):
    ann, bob, match, _ = await meet()
    await ann.send(Bye())

    assert await ann.closed() == 1000
    assert await bob.receive(CallEnded) == CallEnded(match.call, CallEnd.LEFT)


async def test_a_session_said_goodbye_to_cannot_be_resumed(arrive: Arrive):
    ann = await arrive()
    assert ann.welcome is not None
    await ann.send(Bye())
    await ann.closed()

    again = await arrive(resume=ann.welcome.resume)
    assert again.welcome is not None and not again.welcome.resumed


async def test_a_peer_relays_so_many_candidates_a_call_and_no_more(meet: Meet):
    ann, bob, match, _ = await meet()
    for number in range(limits.CANDIDATES_PER_CALL_MAX + 1):
        await ann.send(CallCandidate(match.call, f"candidate:{number}"))

    await ann.refused(ErrorCode.RATE_LIMITED)
    for number in range(limits.CANDIDATES_PER_CALL_MAX):
        assert (await bob.receive(CallCandidate)).candidate == f"candidate:{number}"
    await bob.hears_nothing()


async def test_a_description_that_swells_when_encoded_is_refused_and_harms_nobody(meet: Meet):
    ann, bob, match, _ = await meet()
    await ann.send(offer(match.call, "\u00e9" * limits.DESCRIPTION_MAX_CHARACTERS))
    await bob.receive(CallDescription)
    # It fits this frame, but would leave no room for ids in the stranger's.
    await ann.send(offer(match.call, "\u20ac" * 21_700))

    await ann.refused(ErrorCode.MALFORMED)
    await bob.hears_nothing()
