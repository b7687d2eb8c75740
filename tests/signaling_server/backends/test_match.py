"""What the script in Redis makes of those who wait."""

from collections import Counter
from collections.abc import AsyncIterator
from random import Random

import pytest
import redis.asyncio as redis_asyncio

from signaling_server.backends.memory.waiting_line import DRAWS_MAX, MemoryLine
from signaling_server.backends.redis.line import SharedLine, place_of
from signaling_server.backends.redis.link import LEASE_MS, OPERATIONS_AT_ONCE, Link
from signaling_server.domain.peer import NodeId, Peer
from signaling_server.domain.widening import Stage
from signaling_server.protocol.messages import SessionId
from tests.redis_process import RedisProcess
from tests.signaling_server.backends.waiting import flood, is_even, peer, windows

TIMES = 1_200


class People(Link):
    """Those of one server, who are told to Redis at once."""

    def __init__(self, url: str) -> None:
        self.line = SharedLine(NodeId("here"), MemoryLine(Random(1)))
        self.line.is_shared = True
        self._people: dict[SessionId, Peer] = {}
        super().__init__(url, self.line)

    async def close(self) -> None:
        await self._redis.aclose()

    def wait(self, person: Peer) -> None:
        """Let somebody be found by who looks next."""
        self._people[person.session] = person
        self.line.add(person)

    async def seek(self, *people: Peer) -> set[Peer]:
        """Let people look, one after the other; return those who are in a pair then."""
        for person in people:
            self.line.discard(person)
            self.line.find(person)
            self.wait(person)
        ids: list[str] = []
        while (operations := self.line.take_operations(OPERATIONS_AT_ONCE)) is not None:
            ids += await self._run(*operations)
        paired = {self._people[place_of(id).session] for id in ids}
        self.line.take(ids)
        for person in paired:
            self.line.discard(person)
        self.line.take(())
        return paired


@pytest.fixture
async def people(redis: RedisProcess) -> AsyncIterator[People]:
    people = People(redis.url)
    yield people
    await people.close()


async def test_the_draw_is_uniform_over_all_who_fit_beside_many_who_do_not(people: People):
    strangers = [
        peer(languages=["en", "fr"]),
        peer(languages=["en"]),
        peer(languages=["fr"], has_camera=False),
        peer(),
    ]
    seeker, *others = windows(31, languages=["fr", "en"])
    await people.seek(*others)
    for stranger in strangers:
        people.wait(stranger)
    found: Counter[Peer | None] = Counter()
    for _ in range(TIMES):
        (stranger,) = await people.seek(seeker) - {seeker}
        found[stranger] += 1
        people.wait(stranger)

    assert is_even(found, strangers)


async def test_a_find_among_the_windows_of_one_person_is_bounded_over_all_groups(
    people: People, link: "redis_asyncio.Redis[bytes]"
):
    await people.seek(*(crowd := flood()))
    await link.config_resetstat()
    await people.seek(crowd[0])

    figures = await link.info("commandstats")
    asked = [figures.get(f"cmdstat_{name}", {"calls": 0}) for name in ("hget", "sismember")]
    assert 0 < sum(figure["calls"] for figure in asked) <= DRAWS_MAX


async def test_whoever_may_be_met_is_found_sooner_or_later_among_the_windows_of_one_person(
    people: People,
):
    await people.seek(*(crowd := flood()))
    people.wait(stranger := peer(Stage.REPEATS))

    paired: set[Peer] = set()
    for _ in range(200):
        paired = paired or await people.seek(crowd[0])
    assert paired == {crowd[0], stranger}


async def test_every_key_expires_unless_somebody_looks_again(
    people: People, link: "redis_asyncio.Redis[bytes]"
):
    ann = peer(interests=["jazz"], languages=["fi"])
    for _ in range(2):
        await people.seek(ann)
        keys = await link.keys()
        assert keys
        for key in keys:
            assert LEASE_MS < await link.pttl(key) <= 2 * LEASE_MS
            await link.pexpire(key, LEASE_MS)


async def test_who_looks_again_is_found_whatever_redis_has_evicted(
    people: People, link: "redis_asyncio.Redis[bytes]"
):
    ann, bob = peer(), peer()
    await people.seek(ann)
    for key in await link.keys():
        await link.delete(key)
        await people.seek(ann)

        assert await people.seek(bob) == {ann, bob}
        await people.seek(ann)
