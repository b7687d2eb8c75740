"""Interests, languages, pools and the likely wait, as clients see them."""

from typing import Any

import pytest

from signaling_server.bootstrap import Server
from signaling_server.protocol import limits
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import (
    CallNext,
    InterestsSuggest,
    InterestsSuggested,
    Mode,
    Pool,
    Scope,
)
from tests.signaling_server.conftest import Arrive, ManualClock


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"pools": [Pool("main"), Pool("owls", "Night owls", "Whisper.")]}


async def test_both_are_told_what_they_share(arrive: Arrive):
    ann, bob = await arrive(), await arrive()
    await ann.join(interests=["Café crème", "jazz", "go"], languages=["pt-BR", "en"])
    await bob.join(interests=["chess", "GO", "cafe  creme"], languages=["fr", "pt"])

    anns, bobs = await ann.matched(), await bob.matched()
    assert anns.shared_interests == ["cafe creme", "go"]
    assert bobs.shared_interests == ["go", "cafe creme"]
    assert anns.shared_languages == bobs.shared_languages == ["pt"]


async def test_who_shares_nothing_meets_within_three_stages(
    arrive: Arrive, server: Server, clock: ManualClock
):
    ann, bob = await arrive(), await arrive()
    await ann.join(interests=["jazz"], languages=["fi"])
    await bob.join(interests=["chess"], languages=["en"])
    for _ in range(2):
        await ann.hears_nothing()
        clock.advance(limits.WIDEN_EVERY_S)
        server.pass_time()

    assert (await ann.matched()).call == (await bob.matched()).call


async def test_same_interests_only_waits_for_one_who_shares_them(
    arrive: Arrive, server: Server, clock: ManualClock
):
    ann, bob, cid = await arrive(), await arrive(), await arrive()
    await ann.join(interests=["jazz"], scope=Scope.ONLY)
    await bob.join()
    clock.advance(100.0)
    server.pass_time()
    await ann.hears_nothing()
    await cid.join(interests=["jazz", "chess"])

    assert (await ann.matched()).shared_interests == ["jazz"]
    await cid.matched()
    await bob.hears_nothing()


async def test_pools_are_told_and_nobody_crosses(
    arrive: Arrive, server: Server, clock: ManualClock
):
    ann, bob, cid = await arrive(), await arrive(), await arrive()
    assert ann.welcome.pools == [Pool("main"), Pool("owls", "Night owls", "Whisper.")]
    await ann.join(pool="owls")
    await bob.join()
    clock.advance(100.0)
    server.pass_time()
    await ann.hears_nothing()
    await cid.join(pool="main")

    assert (await bob.matched()).call == (await cid.matched()).call


async def test_a_pool_that_is_not_there_is_refused_and_changes_nothing(arrive: Arrive, meet):
    ann, bob, *_ = await meet()
    await ann.send(CallNext(search=2, mode=Mode.VIDEO, pool="larks"))

    assert (await ann.refused(ErrorCode.UNKNOWN_POOL)).about == "call.next"
    await bob.hears_nothing()


async def test_interests_of_several_people_are_suggested(arrive: Arrive):
    people = [await arrive() for _ in range(limits.SUGGESTED_FROM_PEOPLE)]
    for number, person in enumerate(people):
        await person.send(InterestsSuggest("Já"))
        assert await person.receive(InterestsSuggested) == InterestsSuggested("Já")
        await person.join(interests=["Jazz", f"of {number} alone"], scope=Scope.ONLY, pool="main")
        if number % 2:
            for matched in people[number - 1 : number + 1]:
                await matched.matched()
    asker = await arrive()
    await asker.send(InterestsSuggest())

    assert (await asker.receive(InterestsSuggested)).interests == ["jazz"]


async def test_the_welcome_tells_about_how_long_a_search_takes(arrive: Arrive, clock: ManualClock):
    ann, bob = await arrive(), await arrive()
    assert bob.welcome.likely_wait_s is None
    await ann.join()
    clock.advance(2.0)
    await bob.join()

    assert (await arrive()).welcome.likely_wait_s == 1.0


async def test_a_language_tag_has_to_look_like_one(arrive: Arrive):
    ann = await arrive()
    await ann.send(CallNext(search=1, mode=Mode.VIDEO, languages=["no language"]))

    await ann.refused(ErrorCode.MALFORMED)


async def test_suggested_words_stay_in_their_pool(arrive: Arrive):
    for _ in range(limits.SUGGESTED_FROM_PEOPLE):
        await (await arrive()).join(interests=["hooting"], scope=Scope.ONLY, pool="owls")
    asker = await arrive()

    async def suggested(pool: str) -> list[str]:
        await asker.send(InterestsSuggest(pool=pool))
        answer = await asker.receive_later(InterestsSuggested)
        assert answer.pool == pool
        return answer.interests

    assert await suggested("owls") == ["hooting"]
    assert await suggested("main") == await suggested("") == []
    await asker.send(InterestsSuggest(pool="larks"))
    await asker.refused(ErrorCode.UNKNOWN_POOL)
