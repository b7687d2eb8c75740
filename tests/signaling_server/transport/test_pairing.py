from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.bootstrap import Server
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    Bye,
    CallEnd,
    CallEnded,
    CallNext,
    Exchange,
    Mode,
    QueueJoin,
    QueueJoined,
    QueueLeave,
    QueueLeft,
    QueueMatched,
    Role,
)
from tests.signaling_server.conftest import Arrive, ManualClock, Meet

ANN = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
BOB = Ed25519PrivateKey.from_private_bytes(b"b" * 32)


async def test_two_who_wait_in_the_same_mode_meet(arrive: Arrive):
    ann, bob, cid = await arrive(), await arrive(), await arrive()
    await ann.join(Mode.VOICE)
    await bob.join(Mode.TEXT)
    await cid.join(Mode.VOICE)

    assert (await ann.matched()).call == (await cid.matched()).call
    await bob.hears_nothing()


async def test_a_match_repeats_the_number_of_its_search(meet: Meet):
    _, _, anns, bobs = await meet()

    assert (anns.search, bobs.search) == (1, 1)
    assert {anns.role, bobs.role} == set(Role)


async def test_nobody_meets_himself_in_a_second_window(arrive: Arrive):
    first, second = await arrive(key=ANN), await arrive(key=ANN)
    await first.join()
    await second.join()

    await first.hears_nothing()
    await second.hears_nothing()


async def test_joining_again_replaces_the_search_that_waits(arrive: Arrive):
    ann, bob = await arrive(), await arrive()
    await ann.join(Mode.VIDEO)
    again = await ann.join(Mode.TEXT)
    await bob.join(Mode.TEXT)

    assert (await ann.matched()).search == again


async def test_joining_in_a_call_is_refused_and_the_call_goes_on(meet: Meet):
    ann, bob, _, _ = await meet()

    await ann.send(QueueJoin(search=2, mode=Mode.VIDEO))

    error = await ann.refused(ErrorCode.WRONG_STATE)
    assert error.about == "queue.join"
    await bob.hears_nothing()


async def test_leaving_is_always_answered(arrive: Arrive):
    ann = await arrive()
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)
    await ann.join()
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)


async def test_who_has_left_the_queue_is_not_matched(arrive: Arrive):
    ann, bob = await arrive(), await arrive()
    await ann.join()
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)
    await bob.join()

    await bob.hears_nothing()
    await ann.hears_nothing()


async def test_next_tells_the_stranger_and_brings_the_one_who_waits(arrive: Arrive, meet: Meet):
    ann, bob, first, _ = await meet()
    cid = await arrive()
    await cid.join()

    await ann.next()

    assert await bob.receive(CallEnded) == CallEnded(first.call, CallEnd.NEXT)
    assert (await ann.matched()).call == (await cid.matched()).call


async def test_next_is_taken_in_every_state(arrive: Arrive):
    ann = await arrive()
    await ann.next()
    await ann.next()
    bob = await arrive()
    await bob.next()
    assert (await ann.matched()).search == 2
    await bob.matched()
    await ann.next()


async def test_both_press_next_at_once_and_both_get_somebody_new(arrive: Arrive, meet: Meet):
    ann, bob, first, _ = await meet()
    cid, dan = await arrive(), await arrive()
    await cid.join()

    await ann.send(CallNext(search=2, mode=Mode.VIDEO))
    await bob.send(CallNext(search=2, mode=Mode.VIDEO))
    await dan.join()

    new = {
        name: await c.receive_later(QueueMatched)
        for name, c in {"ann": ann, "bob": bob, "cid": cid, "dan": dan}.items()
    }
    assert new["ann"].call != new["bob"].call
    assert first.call not in {match.call for match in new.values()}
    assert {new["ann"].call, new["bob"].call} == {new["cid"].call, new["dan"].call}


async def test_next_pressed_while_a_match_is_on_its_way(arrive: Arrive):
    ann, bob, cid = await arrive(), await arrive(), await arrive()
    await ann.join()
    await bob.join()
    # ann has not read the match when she presses.
    await ann.send(CallNext(search=2, mode=Mode.VIDEO))
    await cid.join()

    assert (await ann.matched()).search == 1
    assert (await ann.receive(QueueJoined)).search == 2
    assert (await ann.matched()).search == 2
    await bob.matched()
    assert (await bob.receive(CallEnded)).reason is CallEnd.NEXT
    await cid.matched()


async def test_last_partners_do_not_meet_again_at_once(server: Server, meet: Meet):
    ann, bob, _, _ = await meet()
    await ann.next()
    await bob.receive(CallEnded)
    await bob.next()

    await ann.hears_nothing()
    await bob.hears_nothing()


async def test_last_partners_meet_again_once_both_were_alone_for_long(
    server: Server, clock: ManualClock, meet: Meet
):
    ann, bob, first, _ = await meet()
    await ann.next()
    await bob.receive(CallEnded)
    clock.advance(limits.REPEAT_AFTER_S / 2)
    await bob.next()

    clock.advance(limits.REPEAT_AFTER_S * 0.75)
    server.pass_time()
    await ann.hears_nothing()

    clock.advance(limits.REPEAT_AFTER_S / 2)
    server.pass_time()
    again = await ann.matched()
    assert again.call == (await bob.matched()).call != first.call


async def test_a_partner_is_remembered_through_leaving_and_joining(arrive: Arrive, meet: Meet):
    ann, bob, _, _ = await meet(key=None)
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)
    await bob.receive(CallEnded)
    await bob.join()
    await ann.join()

    await ann.hears_nothing()


async def test_a_partner_is_remembered_in_a_new_session_of_the_same_key(
    arrive: Arrive, clock: ManualClock, server: Server
):
    before = [await arrive(key=key) for key in (ANN, BOB)]
    for person in before:
        await person.join()
    for person in before:
        await person.matched()
    for person in before:
        await person.send(QueueLeave())
        await person.receive_later(QueueLeft)
        await person.send(Bye())
        await person.closed()

    ann, bob = [await arrive(key=key) for key in (ANN, BOB)]
    for person in (ann, bob):
        await person.join()
    await ann.hears_nothing()
    await bob.hears_nothing()
    clock.advance(limits.REPEAT_AFTER_S)
    server.pass_time()

    assert (await ann.matched()).call == (await bob.matched()).call


async def test_a_blocked_stranger_is_not_met_again_even_after_a_new_start(
    arrive: Arrive, clock: ManualClock, server: Server
):
    ann, bob = await arrive(key=ANN), await arrive(key=BOB)
    await ann.join()
    await bob.join()
    blocked = (await ann.matched()).stranger
    await bob.matched()

    ann, bob = await arrive(key=ANN), await arrive(key=BOB)
    await bob.join()
    await ann.join(blocked=[blocked])
    clock.advance(10 * limits.REPEAT_AFTER_S)
    server.pass_time()

    await ann.hears_nothing()
    await bob.hears_nothing()


async def test_who_asks_for_a_camera_meets_a_camera(arrive: Arrive):
    ann, bob, cid = await arrive(), await arrive(), await arrive()
    await ann.join(has_camera=False)
    await bob.join(wants_camera=True)
    await bob.hears_nothing()
    await cid.join(wants_camera=True)

    assert (await bob.matched()).call == (await cid.matched()).call
    await ann.hears_nothing()


async def test_both_parked_descriptions_change_hands_with_the_match(arrive: Arrive):
    ann, bob = await arrive(), await arrive()
    await ann.join(description="offer of ann")
    await bob.join(description="offer of bob")

    anns, bobs = await ann.matched(), await bob.matched()
    assert anns.exchange is bobs.exchange is Exchange.PAIRED
    assert (anns.description, bobs.description) == ("offer of bob", "offer of ann")


async def test_a_browser_answers_the_offer_that_a_desktop_has_parked(arrive: Arrive):
    desktop, browser = await arrive(), await arrive(features=[])
    await browser.join()
    await desktop.join(description="offer of the desktop")

    desktops, browsers = await desktop.matched(), await browser.matched()
    assert desktops.exchange is browsers.exchange is Exchange.CLASSICAL
    assert (desktops.role, desktops.description) == (Role.OFFERER, None)
    assert (browsers.role, browsers.description) == (Role.ANSWERER, "offer of the desktop")
