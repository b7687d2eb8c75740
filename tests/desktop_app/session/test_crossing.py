"""What crosses on its way: against a server that plays each moment, and between people."""

from desktop_app.engine_messages import StartCall
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Link
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import (
    CallEnd,
    CallEnded,
    CallNext,
    Exchange,
    QueueLeave,
    QueueMatched,
    Role,
)
from tests.desktop_app.scripted_server import ScriptedServer, welcome
from tests.desktop_app.session.conftest import Invite
from tests.desktop_app.session.person import Person


def matched(search: int, call: str = "call-1") -> QueueMatched:
    return QueueMatched(
        search=search,
        call=call,
        stranger="stranger",
        role=Role.OFFERER,
        exchange=Exchange.CLASSICAL,
        stranger_has_camera=True,
    )


async def lose_socket(ann: Person, script: ScriptedServer) -> None:
    script.drop()
    await ann.sees(lambda now: now.link is Link.WAITING)


async def come_back(ann: Person) -> None:
    ann.conversation.reconnect()
    await ann.sees(lambda now: now.link is Link.ONLINE)


async def test_who_stopped_without_the_server_does_not_wait_there_any_more(
    ann: Person, script: ScriptedServer
):
    ann.conversation.next()
    await script.hears(CallNext)
    await lose_socket(ann, script)
    ann.conversation.stop()
    script.greet = lambda _: [encode(welcome(resumed=True))]

    await come_back(ann)

    await script.hears(QueueLeave)


async def test_a_match_of_a_search_given_up_without_the_server_is_left(
    ann: Person, script: ScriptedServer
):
    ann.conversation.next()
    first = await script.hears(CallNext)
    await lose_socket(ann, script)
    ann.conversation.stop()
    ann.conversation.next()
    await ann.sees(lambda now: now.phase is Phase.SEARCHING)
    told_again = [welcome(resumed=True, call="call-1"), matched(first.search)]
    script.greet = lambda _: [encode(message) for message in told_again]

    await come_back(ann)

    assert (await script.hears(CallNext)).search > first.search
    assert ann.situation.phase is Phase.SEARCHING


async def test_a_next_pressed_just_before_the_end_of_the_call_counts(
    ann: Person, script: ScriptedServer
):
    ann.conversation.next()
    search = await script.hears(CallNext)
    await script.say(matched(search.search))
    await ann.sees(lambda now: now.phase is Phase.CONNECTING)
    ann.conversation.next()  # Within NEXT_INTERVAL_S of the first press: to be done a little later.
    await script.say(CallEnded(call="call-1", reason=CallEnd.NEXT))

    await script.hears(CallNext)
    await ann.sees(lambda now: now.phase is Phase.SEARCHING)


async def test_an_engine_that_dies_while_searching_is_met_by_nobody(
    ann: Person, script: ScriptedServer
):
    ann.conversation.next()
    first = await script.hears(CallNext)
    ann.engine.die()
    await script.hears(QueueLeave)
    await script.say(matched(first.search))  # It was on its way.

    ann.engine.start()

    newer = await script.hears(CallNext)
    await script.say(matched(newer.search, "call-2"))
    await ann.sees(lambda now: now.call == "call-2")
    assert [c.call for c in ann.engine.commands if isinstance(c, StartCall)] == ["call-2"]


async def test_next_without_an_engine_leaves_the_stranger_and_searches_later(
    ann: Person, script: ScriptedServer
):
    ann.engine.die()
    ann.conversation.next()
    await script.hears(QueueLeave)

    ann.engine.start()

    await script.hears(CallNext)


async def test_an_engine_that_dies_while_connecting_sets_the_call_up_anew(invite: Invite):
    ann, bob = await invite(), await invite()
    bob.engine.has_path = False
    ann.conversation.next()
    bob.conversation.next()
    for person in (ann, bob):
        await person.sees(lambda now: now.phase is Phase.CONNECTING)

    ann.engine.die()
    bob.engine.has_path = True
    ann.engine.start()

    assert await ann.talks() == await bob.talks()
