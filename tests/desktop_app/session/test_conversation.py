"""Conversations between people around a real server."""

import signal
from pathlib import Path

from desktop_app.engine_messages import EndCall, StartCall
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending, Link
from desktop_app.settings.model import Server
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import Exchange, Mode, Pool
from tests.desktop_app.scripted_server import ScriptedServer, welcome
from tests.desktop_app.session.conftest import Invite
from tests.desktop_app.session.fake_engine import FakeEngine
from tests.desktop_app.session.person import Person
from tests.server_process import ServerProcess, start_server


async def meet(invite: Invite, **wishes: bool) -> tuple[Person, Person]:
    """Two people who talk."""
    ann, bob = await invite(**wishes), await invite(**wishes)
    ann.conversation.next()
    bob.conversation.next()
    assert await ann.talks() == await bob.talks()
    return ann, bob


def started_calls(engine: FakeEngine) -> list[StartCall]:
    return [command for command in engine.commands if isinstance(command, StartCall)]


async def test_two_people_meet_with_descriptions_in_hand(invite: Invite):
    ann, bob = await meet(invite)

    (start,) = started_calls(ann.engine)
    assert start.exchange is Exchange.PAIRED
    assert {start.role for person in (ann, bob) for start in started_calls(person.engine)} == {
        "offerer",
        "answerer",
    }


async def test_a_person_without_a_ready_connection_meets_people_too(invite: Invite):
    ann, bob = await invite(), await invite()
    ann.conversation._searching._search.offer(None)
    ann.engine.ready_at_once = False
    ann.conversation.next()
    bob.conversation.next()

    assert await ann.talks() == await bob.talks()
    (start,) = started_calls(bob.engine)
    assert start.exchange is Exchange.CLASSICAL


async def test_what_is_said_arrives_in_order_and_is_marked_delivered(invite: Invite):
    ann, bob = await meet(invite)
    assert all(ann.conversation.say(text) for text in ("one", "<b>two</b>", "three"))

    await bob.sees(lambda _: len(bob.conversation.transcript) == 3)
    assert [line.text for line in bob.conversation.transcript] == ["one", "<b>two</b>", "three"]
    await ann.sees(lambda _: all(line.delivered for line in ann.conversation.transcript))


async def test_nothing_and_too_much_are_not_said(invite: Invite):
    ann, _bob = await meet(invite)

    assert not ann.conversation.say("   ")
    assert not ann.conversation.say("x" * (TEXT_MAX_CHARACTERS + 1))
    assert ann.conversation.say("x" * TEXT_MAX_CHARACTERS)


async def test_typing_is_shown_until_the_text_comes(invite: Invite):
    ann, bob = await meet(invite)
    ann.conversation.set_typing(True)
    await bob.sees(lambda now: now.stranger and now.stranger.typing)

    ann.conversation.say("hello")

    await bob.sees(lambda now: now.stranger and not now.stranger.typing)


async def test_next_tells_the_stranger_and_brings_the_third(invite: Invite):
    ann, bob = await meet(invite)
    cleo = await invite()
    first = ann.situation.call
    cleo.conversation.next()
    await cleo.sees(lambda now: now.phase is Phase.SEARCHING)

    ann.conversation.next()

    assert await ann.talks(but_not_in=first) == await cleo.talks()
    now = await bob.sees(lambda now: now.phase is Phase.IDLE)
    assert now.ending is Ending.NEXT


async def test_stop_tells_the_stranger(invite: Invite):
    ann, bob = await meet(invite)

    ann.conversation.stop()

    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.LEFT
    assert ann.situation.ending is None
    assert any(isinstance(command, EndCall) for command in ann.engine.commands)


async def test_only_auto_next_starts_the_next_search_by_itself(invite: Invite):
    ann, bob = await meet(invite)
    bob.conversation.set_auto_next(True)

    ann.conversation.stop()

    now = await bob.sees(lambda now: now.phase is Phase.SEARCHING)
    assert now.ending is Ending.LEFT


async def test_hammering_next_leaves_nobody_behind(invite: Invite):
    people = [await invite(auto_next=True) for _ in range(4)]
    for person in people:
        person.conversation.next()
    for _ in range(50):
        for person in people:
            person.conversation.next()

    calls = [await person.talks() for person in people]
    assert sorted(calls.count(call) for call in calls) == [2, 2, 2, 2]


async def test_next_in_the_middle_of_connecting_goes_on(invite: Invite):
    ann, bob, cleo = await invite(), await invite(), await invite()
    bob.engine.has_path = False
    ann.conversation.next()
    bob.conversation.next()
    await ann.sees(lambda now: now.phase is Phase.CONNECTING)
    cleo.conversation.next()

    ann.conversation.next()

    assert await ann.talks() == await cleo.talks()
    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.NEXT


async def test_a_blocked_stranger_is_not_met_again(invite: Invite):
    ann, bob = await meet(invite)
    assert ann.situation.stranger is not None
    ann.conversation.block(ann.situation.stranger.id)
    await bob.sees(lambda now: now.phase is Phase.IDLE)
    cleo = await invite()
    bob.conversation.next()
    await bob.sees(lambda now: now.phase is Phase.SEARCHING)
    ann.conversation.next()
    await ann.sees(lambda now: now.phase is Phase.SEARCHING and now.online == 3)

    cleo.conversation.next()
    meeting = await cleo.talks()

    assert meeting in {ann.situation.call, bob.situation.call}
    assert ann.situation.call != bob.situation.call
    assert len(ann.store.value.blocked) == 1


async def test_people_meet_within_their_mode(invite: Invite):
    ann, bob, cleo = await invite(), await invite(), await invite()
    ann.conversation.set_mode(Mode.TEXT)
    cleo.conversation.set_mode(Mode.TEXT)
    for person in (ann, bob, cleo):
        person.conversation.next()

    assert await ann.talks() == await cleo.talks()
    assert bob.situation.phase is Phase.SEARCHING


async def test_the_call_goes_on_without_the_server(invite: Invite, server: ServerProcess):
    ann, bob = await meet(invite)
    await server.stop()
    for person in (ann, bob):
        now = await person.sees(lambda now: now.link is Link.WAITING)
        assert now.phase is Phase.TALKING

    ann.conversation.say("still here?")

    await bob.sees(lambda _: bob.conversation.transcript)


async def test_next_pressed_without_the_server_is_kept_until_it_is_back(
    invite: Invite, server: ServerProcess
):
    ann, bob = await meet(invite)
    first = ann.situation.call
    await server.stop(signal.SIGKILL)
    await ann.sees(lambda now: now.link is Link.WAITING)
    ann.conversation.next()
    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.LEFT
    bob.conversation.next()

    again = await start_server(port=server.port)
    for person in (ann, bob):
        person.conversation.reconnect()

    assert await ann.talks(but_not_in=first) == await bob.talks(but_not_in=first)
    await again.stop()


async def test_a_dropped_socket_resumes_and_the_stranger_is_told(
    invite: Invite,
):
    ann, bob = await meet(invite)
    call = ann.situation.call

    ann.conversation.reconnect()

    await bob.sees(lambda _: any(now.stranger and now.stranger.away for now in bob.seen))
    await bob.sees(lambda now: now.stranger and not now.stranger.away)
    await ann.sees(lambda now: now.link is Link.ONLINE)
    assert ann.situation.call == bob.situation.call == call


async def test_a_stranger_silent_on_both_ways_is_lost(invite: Invite):
    ann, bob = await meet(invite)
    ann.engine.die()
    await ann.link._scope.close()

    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.LOST


async def test_an_engine_that_died_sets_the_same_call_up_anew(invite: Invite):
    ann, bob = await meet(invite)
    call = ann.situation.call
    ann.engine.die()
    assert (await bob.sees(lambda now: now.media_silent)).phase is Phase.TALKING

    ann.engine.start()

    for person in (ann, bob):
        now = await person.sees(lambda now: not now.media_silent)
        assert (now.phase, now.call) == (Phase.TALKING, call)
    ann.conversation.say("back again")
    await bob.sees(lambda _: bob.conversation.transcript)


async def test_an_engine_that_died_for_good_ends_the_call(invite: Invite):
    ann, bob = await meet(invite, auto_next=False)

    ann.engine.die(for_good=True)

    now = await ann.sees(lambda now: now.phase is Phase.IDLE)
    assert now.ending is Ending.ENGINE_LOST
    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.LEFT


async def test_nobody_is_called_before_the_address_may_be_shown(invite: Invite):
    ann = await invite()
    asked: list[None] = []
    ann.conversation.consent_needed.connect(asked.append)
    server = ann.store.value.servers[0]
    ann.store.change(servers=(type(server)(url=server.url),))

    ann.conversation.next()
    assert asked
    assert ann.situation.phase is Phase.IDLE

    ann.conversation.accept_direct()
    ann.conversation.next()
    await ann.sees(lambda now: now.phase is Phase.SEARCHING)


async def test_what_one_server_has_said_is_not_said_of_the_next(
    ann: Person, script: ScriptedServer, unused_tcp_port: int
):
    told = welcome(pools=[Pool("one"), Pool("two")], likely_wait_s=3.0)
    script.greet = lambda _: [encode(told)]
    ann.conversation.reconnect()
    await ann.sees(lambda now: now.pools and now.likely_wait_s)

    ann.conversation.use_server(Server(url=f"ws://127.0.0.1:{unused_tcp_port}"))

    now = ann.situation
    assert (now.online, now.likely_wait_s, now.pools) == (None, None, ())


async def test_next_before_the_server_is_there_asks_once_it_is_known_to_have_no_relay(
    invite: Invite,
):
    ann = await invite()
    asked: list[None] = []
    ann.conversation.consent_needed.connect(asked.append)
    (server,) = ann.store.value.servers
    ann.conversation.use_server(type(server)(url=server.url))

    ann.conversation.next()
    assert ann.situation.phase is Phase.SEARCHING
    await ann.sees(lambda now: now.link is Link.ONLINE and now.phase is Phase.IDLE)

    assert len(asked) == 1


async def test_an_engine_that_dies_in_a_call_the_server_has_forgotten_ends_it_on_both_sides(
    invite: Invite, server: ServerProcess, tmp_path: Path
):
    ann, bob = await meet(invite)
    await server.stop(signal.SIGKILL)
    settings = tmp_path / "another.toml"
    settings.write_text(f'secret = "{"another secret" * 3}"\n', encoding="utf-8")
    again = await start_server("--config", str(settings), port=server.port)
    for person in (ann, bob):
        person.conversation.reconnect()
        await person.sees(lambda now: now.link is Link.ONLINE)

    ann.engine.die()
    ann.engine.start()

    assert (await ann.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.ENGINE_LOST
    assert (await bob.sees(lambda now: now.phase is Phase.IDLE)).ending is Ending.LOST
    await again.stop()


async def test_a_call_goes_on_at_the_server_after_that_was_killed_and_started_again(
    invite: Invite, server: ServerProcess
):
    ann, bob = await meet(invite)
    call = ann.situation.call
    await server.stop(signal.SIGKILL)
    again = await start_server(port=server.port)
    for person in (ann, bob):
        person.conversation.reconnect()
        await person.sees(lambda now: now.link is Link.ONLINE)

    # The server relays again: only so can the media be set up anew.
    ann.engine.die()
    ann.engine.start()

    for person in (ann, bob):
        now = await person.sees(lambda now: not now.media_silent)
        assert (now.phase, now.call) == (Phase.TALKING, call)
    await again.stop()
