from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.bootstrap import Server
from signaling_server.domain.token_bucket import TokenBucket
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import (
    Challenge,
    Hello,
    Mode,
    QueueJoin,
    QueueJoined,
    QueueLeave,
    QueueLeft,
)
from tests.signaling_server.conftest import Arrive
from tests.signaling_server.transport.raw_socket import PING, PONG, RawSocket
from tests.signaling_server.wire_client import WireClient, in_base64


@pytest.fixture
def settings() -> dict[str, Any]:
    return {
        "max_connections": 2,
        "messages_per_s": 0.001,
        "messages_burst": 10,
        "searches_per_s": 0.5,
        "searches_burst": 2,
        "allowed_origins": ["https://chat.example"],
    }


def test_a_bucket_lets_a_burst_through_and_then_the_rate():
    bucket = TokenBucket(per_s=2, burst=3, now=0)

    assert [bucket.take(0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take(0.5) == 0
    assert bucket.take(0.75) == 0.25


def test_a_bucket_holds_no_more_than_its_burst():
    bucket = TokenBucket(per_s=2, burst=3, now=0)

    assert [bucket.take(1_000) for _ in range(4)] == [0, 0, 0, 0.5]


async def test_too_many_searches_are_refused_with_a_time_to_wait(arrive: Arrive):
    ann = await arrive()
    for number in (1, 2, 3):
        await ann.send(QueueJoin(search=number, mode=Mode.TEXT))
    assert (await ann.receive(QueueJoined)).search == 1
    assert (await ann.receive(QueueJoined)).search == 2

    error = await ann.refused(ErrorCode.RATE_LIMITED)
    assert error.about == "queue.join"
    assert error.retry_after_s is not None and 0 < error.retry_after_s <= 2
    await ann.send(QueueLeave())
    await ann.receive(QueueLeft)


async def test_too_many_messages_are_refused_and_a_flood_is_closed(arrive: Arrive):
    ann = await arrive()
    for _ in range(9):
        await ann.send(QueueLeave())
        await ann.receive(QueueLeft)
    for _ in range(11):
        await ann.send(QueueLeave())
    for _ in range(11):
        await ann.refused(ErrorCode.RATE_LIMITED)

    assert await ann.closed() == CloseCode.RATE_LIMITED


@pytest.mark.parametrize("kind", [PING, PONG])
async def test_pings_count_as_messages_and_pongs_for_nothing_as_well(server: Server, kind: int):
    async with RawSocket(server.urls[0]) as eve:
        for _ in range(40):
            eve.send(b"", kind)

        assert await eve.close_code() == CloseCode.RATE_LIMITED


class TestASession:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"session_connects_burst": 2, "session_connects_per_s": 0.01}

    async def test_it_is_taken_up_so_often_and_then_after_a_time(
        self, server: Server, arrive: Arrive
    ):
        ann = await arrive()
        for _ in range(2):
            assert ann.welcome is not None
            ann = await arrive(resume=ann.welcome.resume)
            assert ann.welcome is not None and ann.welcome.resumed
        async with WireClient(server.urls[0]) as third:
            await third.send(Hello([1], resume=ann.welcome.resume))

            error = await third.refused(ErrorCode.TOO_MANY_CONNECTIONS)
            assert error.retry_after_s is not None and error.retry_after_s > 1
            assert await third.closed() == CloseCode.RATE_LIMITED
        await ann.hears_nothing()

    async def test_who_lacks_its_key_uses_nothing_of_that_up(self, server: Server, arrive: Arrive):
        key = Ed25519PrivateKey.generate()
        ann = await arrive(key=key)
        assert ann.welcome is not None
        public = in_base64(key.public_key().public_bytes_raw())
        for _ in range(3):
            async with WireClient(server.urls[0]) as thief:
                await thief.send(Hello([1], key=public, resume=ann.welcome.resume))
                await thief.receive(Challenge)

        again = await arrive(key=key, resume=ann.welcome.resume)

        assert again.welcome is not None and again.welcome.resumed


class TestBytes:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"bytes_burst": limits.FRAME_MAX_BYTES, "bytes_per_s": 1.0}

    async def test_too_many_bytes_are_refused_over_all_sockets_of_a_session(
        self, server: Server, arrive: Arrive
    ):
        ann = await arrive()
        half = '{"type":"x","y":"%s"}' % ("y" * (limits.FRAME_MAX_BYTES // 2))
        await ann.send_raw(half)
        await ann.refused(ErrorCode.UNKNOWN_TYPE)
        ann.drop()
        assert ann.welcome is not None
        again = await arrive(resume=ann.welcome.resume)
        await again.send_raw(half)

        error = await again.refused(ErrorCode.RATE_LIMITED)
        assert error.retry_after_s is not None and error.retry_after_s > 1


class TestAnAddress:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {
            "unlimited_addresses": [],
            "address_connections": 2,
            "address_searches_burst": 1,
            "address_searches_per_s": 0.001,
        }

    async def test_all_sockets_of_an_address_share_its_limits(self, arrive: Arrive):
        ann, bob = await arrive(), await arrive()
        await ann.join(Mode.TEXT)
        await bob.send(QueueJoin(search=1, mode=Mode.TEXT))

        error = await bob.refused(ErrorCode.RATE_LIMITED)
        assert error.retry_after_s is not None and error.retry_after_s > 1

    async def test_what_is_said_before_hello_uses_no_search_of_others_up(
        self, server: Server, arrive: Arrive
    ):
        async with WireClient(server.urls[0]) as eve:
            await eve.send(QueueJoin(search=1, mode=Mode.TEXT))
            await eve.refused(ErrorCode.HELLO_REQUIRED)

        await (await arrive()).join(Mode.TEXT)

    async def test_it_has_so_many_sockets_and_then_a_time_to_wait(
        self, server: Server, arrive: Arrive
    ):
        await arrive()
        await arrive()
        async with WireClient(server.urls[0]) as third:
            error = await third.refused(ErrorCode.TOO_MANY_CONNECTIONS)
            assert error.retry_after_s is not None and error.retry_after_s > 0
            assert await third.closed() == CloseCode.RATE_LIMITED


async def test_a_full_server_says_when_to_try_again(server: Server, arrive: Arrive):
    await arrive()
    await arrive()
    async with WireClient(server.urls[0]) as third:
        error = await third.refused(ErrorCode.SERVER_FULL)
        assert error.retry_after_s is not None and error.retry_after_s > 0
        assert await third.closed() == CloseCode.SERVER_FULL


async def test_sessions_whose_sockets_come_and_go_are_bounded(server: Server):
    for _ in range(4):
        async with WireClient(server.urls[0]) as passing:
            await passing.hello()
    assert server.lobby.sessions == 4

    async with WireClient(server.urls[0]) as fifth:
        await fifth.refused(ErrorCode.SERVER_FULL)


async def test_a_listed_web_page_may_connect(server: Server):
    async with WireClient(server.urls[0], headers={"Origin": "https://chat.example"}) as page:
        await page.hello()


class TestThatCannotBeReckonedWith:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {
            "unlimited_addresses": [],
            "address_connections": 1,
            "messages_burst": 10**400,
        }

    async def test_a_socket_that_cannot_be_let_in_is_closed_and_not_counted(self, server: Server):
        for _ in range(2):
            async with WireClient(server.urls[0]) as ann:
                assert await ann.closed() == CloseCode.SERVER_FAULT
