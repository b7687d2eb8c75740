"""Who is given access to the relay, and when."""

import asyncio
import base64
import gc
import hashlib
import hmac
import time
from typing import Any

import pytest

from signaling_server.bootstrap import Server
from signaling_server.config.model import Turn
from signaling_server.domain.peer import Peer
from signaling_server.domain.searching import LOOK_AGAIN_AFTER_S
from signaling_server.protocol.messages import (
    Bye,
    CallAway,
    Mode,
    QueueJoin,
    QueueJoined,
    QueueLeave,
    QueueLeft,
    QueueMatched,
    SessionRelay,
)
from signaling_server.protocol.versions import Feature
from tests.signaling_server.conftest import Arrive, ManualClock
from tests.signaling_server.transport.test_resuming import token_of
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

URLS = ["turn:relay.example:3478", "turns:relay.example:443?transport=tcp"]
TTL_S = 100.0


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"turn": Turn(urls=URLS, secret="north", ttl_s=TTL_S)}


async def leave(client: WireClient) -> None:
    await client.send(QueueLeave())
    await client.receive(QueueLeft)


async def search(client: WireClient) -> SessionRelay:
    """Begin to wait and return the access that comes with that."""
    await client.send(QueueJoin(search=9, mode=Mode.VIDEO))
    access = await client.receive(SessionRelay)
    await client.receive(QueueJoined)
    return access


async def test_access_comes_with_the_search_and_is_what_coturn_expects(arrive: Arrive):
    ann = await arrive()
    assert ann.welcome is not None
    assert Feature.RELAY in ann.welcome.features

    access = await search(ann)

    expiry, _, session = access.username.partition(":")
    assert session == ann.welcome.session
    assert 0 <= time.time() + TTL_S - int(expiry) < 30
    digest = hmac.new(b"north", access.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(access.credential) == digest
    assert (access.urls, access.valid_s) == (URLS, TTL_S)


async def test_who_is_idle_gets_none(arrive: Arrive, server: Server, clock: ManualClock):
    ann = await arrive()
    for _ in range(3):
        clock.advance(TTL_S)
        server.pass_time()
    ann.drop()

    ann = await arrive(resume=token_of(ann))

    await ann.hears_nothing()


async def test_who_does_not_ask_for_it_gets_none(arrive: Arrive):
    ann = await arrive(features=[Feature.PAIRED_DESCRIPTIONS])

    await ann.join()

    assert ann.welcome is not None and Feature.RELAY not in ann.welcome.features


async def test_it_is_renewed_while_a_peer_waits(arrive: Arrive, server: Server, clock: ManualClock):
    ann = await arrive()
    first = await search(ann)

    for _ in range(3):
        clock.advance(TTL_S / 2)
        server.pass_time()
        again = await ann.receive(SessionRelay)
        assert again.username.partition(":")[2] == first.username.partition(":")[2]
    await ann.hears_nothing()


async def test_it_is_renewed_during_a_call(arrive: Arrive, server: Server, clock: ManualClock):
    ann, bob = await arrive(), await arrive()
    for client in (ann, bob):
        await search(client)
    for client in (ann, bob):
        await client.receive(QueueMatched)

    clock.advance(TTL_S / 2)
    server.pass_time()

    for client in (ann, bob):
        await client.receive(SessionRelay)
        await client.hears_nothing()


async def test_who_has_stopped_gets_no_more_until_the_next_search(
    arrive: Arrive, server: Server, clock: ManualClock
):
    ann = await arrive()
    await search(ann)
    await leave(ann)
    for _ in range(3):
        clock.advance(TTL_S)
        server.pass_time()
    await ann.hears_nothing()

    await search(ann)

    await ann.hears_nothing()


async def test_a_search_soon_after_brings_no_new_access(arrive: Arrive, clock: ManualClock):
    ann = await arrive()
    await search(ann)
    clock.advance(TTL_S / 2 - 1)

    await leave(ann)
    await ann.join()
    await ann.next()

    await ann.hears_nothing()


async def test_who_comes_back_to_its_search_gets_access_under_the_same_name(arrive: Arrive):
    ann = await arrive()
    first = await search(ann)
    ann.drop()

    ann = await arrive(resume=token_of(ann))

    again = await ann.receive(SessionRelay)
    assert again.username.partition(":")[2] == first.username.partition(":")[2]


async def test_who_comes_back_idle_gets_access_with_the_next_search_for_the_last_may_be_lost(
    arrive: Arrive,
):
    ann = await arrive()
    first = await search(ann)
    await leave(ann)
    ann.drop()

    ann = await arrive(resume=token_of(ann))
    await ann.hears_nothing()

    assert (await search(ann)).username.partition(":")[2] == first.username.partition(":")[2]


async def test_nothing_is_kept_for_who_is_away(arrive: Arrive, server: Server, clock: ManualClock):
    ann, bob = await arrive(), await arrive()
    for client in (ann, bob):
        await search(client)
    await bob.receive(QueueMatched)
    ann.drop()
    await bob.receive(CallAway)
    clock.advance(TTL_S / 2)
    server.pass_time()
    await bob.receive(SessionRelay)

    ann = await arrive(resume=token_of(ann))

    await ann.receive(SessionRelay)
    await ann.receive(QueueMatched)
    await ann.hears_nothing()


async def test_who_goes_is_not_kept_until_its_access_would_be_renewed(
    arrive: Arrive, server: Server, clock: ManualClock
):
    gc.collect()
    ann = await arrive()
    await search(ann)
    await ann.send(Bye())
    await ann.closed()
    # Long enough for the search, and not for the access.
    clock.advance(LOOK_AGAIN_AFTER_S)

    async with asyncio.timeout(DEADLINE_S):
        while any(isinstance(thing, Peer) for thing in gc.get_objects()):
            server.pass_time()
            await asyncio.sleep(0)
