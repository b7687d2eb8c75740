"""Another connection to the same stranger: who starts it, whose counts, and when it is too late."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop_app.engine_messages import (
    AddressesChanged,
    CallConnected,
    ConnectionReplaced,
    MediaHealth,
    RemoteDescription,
    ReplaceConnection,
    ReplacementFailed,
    StartCall,
)
from desktop_app.session import encounter, replacing
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending, Link
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import (
    CallAway,
    CallBack,
    CallDescription,
    CallNext,
    DescriptionKind,
    Exchange,
    QueueMatched,
    Role,
)
from tests.desktop_app.scripted_server import ScriptedServer, welcome
from tests.desktop_app.session.conftest import Invite
from tests.desktop_app.session.fake_engine import FakeNetwork
from tests.desktop_app.session.person import Person

CALL = "call-1"


async def talk(
    ann: Person, script: ScriptedServer, role: Role = Role.OFFERER, *, replaceable: bool = True
) -> None:
    """Bring ann into a call with a stranger whom the test plays."""
    ann.conversation.next()
    search = (await script.hears(CallNext)).search
    exchange = Exchange.CLASSICAL
    await script.say(
        QueueMatched(search, CALL, "stranger", role, exchange, True, replaceable=replaceable)
    )
    await ann.sees(lambda now: now.phase is Phase.CONNECTING)
    ann.engine.tell(CallConnected(CALL))
    await ann.talks()


async def break_off(ann: Person) -> None:
    """Nothing comes over the connection any more."""
    ann.engine.fall_silent(MediaHealth.SILENT)
    ann.engine.fall_silent(MediaHealth.BROKEN)
    await ann.sees(lambda now: now.media_silent)


def offer(number: int) -> CallDescription:
    return CallDescription(CALL, DescriptionKind.OFFER, f"their offer {number}", number)


async def hears_offer(script: ScriptedServer, number: int) -> CallDescription:
    """Wait for the next offer of a replacing connection, which has to have this number."""
    while not (heard := await script.hears(CallDescription)).replacement:
        pass
    assert (heard.kind, heard.replacement) == (DescriptionKind.OFFER, number)
    return heard


def started(ann: Person) -> list[int]:
    commands = ann.engine.commands
    return [one.replacement for one in commands if isinstance(one, ReplaceConnection)]


async def meet(invite: Invite) -> tuple[Person, Person]:
    ann, bob = await invite(), await invite()
    for person in (ann, bob):
        person.conversation.next()
    assert await ann.talks() == await bob.talks()
    return ann, bob


async def test_two_who_both_notice_go_on_with_each_other(invite: Invite):
    ann, bob = await meet(invite)
    call = ann.situation.call
    replaced: list[ConnectionReplaced] = []
    for person in (ann, bob):
        person.engine.received.connect(
            lambda event: replaced.append(event) if isinstance(event, ConnectionReplaced) else None
        )
    ann.engine.cut()
    await ann.sees(lambda now: now.media_silent)

    for person in (ann, bob):
        now = await person.sees(lambda now: not now.media_silent)
        assert (now.phase, now.call) == (Phase.TALKING, call)
    assert [one.replacement for one in replaced] == [1, 1]


async def test_silence_alone_starts_nothing(ann: Person, script: ScriptedServer):
    await talk(ann, script)
    ann.engine.fall_silent(MediaHealth.SILENT)
    await ann.sees(lambda now: now.media_silent)

    assert started(ann) == []


async def test_another_address_starts_one_at_once(ann: Person, script: ScriptedServer):
    await talk(ann, script)
    ann.engine.tell(AddressesChanged(reachable=False))
    ann.engine.tell(AddressesChanged(reachable=True))

    await hears_offer(script, 1)
    assert not ann.situation.media_silent


async def test_nothing_is_sent_to_a_stranger_who_does_not_know_how(
    ann: Person, script: ScriptedServer
):
    await talk(ann, script, replaceable=False)
    await break_off(ann)
    ann.engine.tell(AddressesChanged(reachable=True))
    await script.say(offer(1), CallAway(CALL))
    await ann.sees(lambda now: now.stranger and now.stranger.away)

    assert started(ann) == []
    assert not any(isinstance(c, RemoteDescription) for c in ann.engine.commands)


async def test_of_two_offers_with_one_number_the_offerers_stands(
    ann: Person, script: ScriptedServer
):
    await talk(ann, script, Role.OFFERER)
    await break_off(ann)
    ours = await hears_offer(script, 1)
    await script.say(offer(1))

    assert await hears_offer(script, 1) == ours, "the stranger may not have got it"


async def test_of_two_offers_with_one_number_the_answerers_falls(
    ann: Person, script: ScriptedServer
):
    await talk(ann, script, Role.ANSWERER)
    await break_off(ann)
    await hears_offer(script, 1)
    await script.say(offer(1))

    answer = await script.hears(CallDescription)
    assert (answer.kind, answer.replacement) == (DescriptionKind.ANSWER, 1)


async def test_the_higher_number_counts(ann: Person, script: ScriptedServer):
    await talk(ann, script, Role.OFFERER)
    await break_off(ann)
    await hears_offer(script, 1)
    await script.say(offer(3))
    answer = await script.hears(CallDescription)
    assert (answer.kind, answer.replacement) == (DescriptionKind.ANSWER, 3)

    ann.engine.tell(ReplacementFailed(CALL, 3))
    await hears_offer(script, 4)
    await script.say(offer(2))
    await hears_offer(script, 4)


async def test_a_number_that_no_lost_offers_explain_is_not_taken(
    ann: Person, script: ScriptedServer
):
    await talk(ann, script)
    await script.say(offer(2_147_483_647), CallAway(CALL))
    await ann.sees(lambda now: now.stranger and now.stranger.away)
    await script.say(CallBack(CALL))
    await ann.sees(lambda now: now.stranger and not now.stranger.away)
    await break_off(ann)

    await hears_offer(script, 1)


@pytest.mark.parametrize(("numbers", "taken"), [(range(1, 10), 3), ([0, 0, 0], 0)])
async def test_a_stranger_has_no_more_connections_made_than_a_call_may_need(
    ann: Person,
    script: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    numbers: Sequence[int],
    taken: int,
):
    monkeypatch.setattr(encounter, "OFFERS_BURST", taken)
    monkeypatch.setattr(encounter, "OFFERS_PER_S", 0.0)
    await talk(ann, script, Role.OFFERER)
    before = len(ann.engine.commands)
    await script.say(*map(offer, numbers), CallAway(CALL))
    await ann.sees(lambda now: now.stranger and now.stranger.away)

    made = (RemoteDescription, StartCall)
    assert sum(isinstance(one, made) for one in ann.engine.commands[before:]) == taken


async def test_time_gives_a_stranger_connections_again(
    script: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(encounter, "OFFERS_BURST", 1)
    now_s = 0.0
    ann = Person(tmp_path, FakeNetwork(), clock=lambda: now_s)
    await ann.go_online(script.url)
    await talk(ann, script)
    before = len(ann.engine.commands)

    async def taken_of(*numbers: int) -> int:
        await script.say(*map(offer, numbers), CallAway(CALL))
        await ann.sees(lambda now: now.stranger and now.stranger.away)
        await script.say(CallBack(CALL))
        await ann.sees(lambda now: now.stranger and not now.stranger.away)
        return sum(isinstance(one, RemoteDescription) for one in ann.engine.commands[before:])

    try:
        assert await taken_of(1, 2) == 1
        now_s += 1 / encounter.OFFERS_PER_S
        assert await taken_of(3, 4) == 2
    finally:
        await ann.close()


async def test_what_was_lost_with_the_socket_is_begun_again(ann: Person, script: ScriptedServer):
    await talk(ann, script)
    await break_off(ann)
    await hears_offer(script, 1)
    script.greet = lambda _: [encode(welcome(resumed=True, call=CALL))]
    ann.conversation.reconnect()

    await hears_offer(script, 2)


async def test_who_is_away_is_told_once_it_is_back(ann: Person, script: ScriptedServer):
    await talk(ann, script)
    await script.say(CallAway(CALL))
    await ann.sees(lambda now: now.stranger and now.stranger.away)
    await break_off(ann)
    assert started(ann) == []

    await script.say(CallBack(CALL))
    await hears_offer(script, 1)


async def test_an_attempt_that_failed_is_repeated_while_it_is_needed(
    ann: Person, script: ScriptedServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(replacing, "AGAIN_AFTER_S", 0.0)
    await talk(ann, script)
    await break_off(ann)
    await hears_offer(script, 1)
    ann.engine.tell(ReplacementFailed(CALL, 1))

    await hears_offer(script, 2)


@pytest.mark.parametrize("closed", [False, True])
async def test_only_who_has_closed_the_socket_is_gone_soon(
    ann: Person, script: ScriptedServer, monkeypatch: pytest.MonkeyPatch, closed: bool
):
    monkeypatch.setattr(encounter, "GONE_AFTER_S", 0.0)
    await talk(ann, script)
    await break_off(ann)
    await script.say(CallAway(CALL, closed=closed), CallBack(CALL), CallAway(CALL, closed=closed))

    if closed:
        now = await ann.sees(lambda now: now.phase is Phase.IDLE)
        assert now.ending is Ending.LOST
    else:
        await hears_offer(script, 1)
        await hears_offer(script, 2)
        assert ann.situation.phase is Phase.TALKING


async def test_without_any_network_the_call_waits_and_next_still_counts(
    ann: Person, script: ScriptedServer
):
    await talk(ann, script)
    script.greet = lambda _: None
    script.drop()
    await ann.sees(lambda now: now.link is Link.WAITING)
    await break_off(ann)
    assert ann.situation.phase is Phase.TALKING
    assert started(ann) == []
    ann.conversation.next()
    await ann.sees(lambda now: now.phase is Phase.SEARCHING)
    script.greet = lambda _: [encode(welcome(resumed=True, call=CALL))]
    ann.conversation.reconnect()

    await script.hears(CallNext)
