"""What a hello proves: keys are signed for, and work is done when a flood asks for it."""

import hashlib
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.bootstrap import Server
from signaling_server.protocol import limits
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import Bye, CallEnded, Challenge, Hello, Mode, Welcome
from signaling_server.protocol.proofs import WORK_PUZZLES, is_solved, signed_part, solve
from signaling_server.protocol.versions import Feature
from tests.signaling_server.conftest import Arrive, ManualClock
from tests.signaling_server.wire_client import WireClient, in_base64

ANN = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
ANNS_KEY = in_base64(ANN.public_key().public_bytes_raw())


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"secret": "the same secret for all servers of this test"}


async def test_the_challenge_comes_with_the_upgrade_where_it_is_asked_for(server: Server):
    async with WireClient(server.urls[0] + "?challenge=1") as ann:
        challenge = await ann.receive(Challenge)
        await ann.send(ann.answered(Hello([1], key=ANNS_KEY), challenge, ANN))

        await ann.receive(Welcome)


async def test_a_client_without_a_key_is_welcome_at_once(server: Server):
    async with WireClient(server.urls[0]) as browser:
        await browser.send(Hello([1]))
        await browser.receive(Welcome)


@pytest.mark.parametrize("fault", ["another challenge", "another server", "another key"])
async def test_a_signature_for_something_else_is_refused(server: Server, fault: str):
    async with WireClient(server.urls[0]) as eve:
        await eve.send(Hello([1], key=ANNS_KEY))
        nonce = (await eve.receive(Challenge)).nonce
        host, signer = "127.0.0.1", ANN
        match fault:
            case "another challenge":
                nonce = "a-nonce-of-another-socket"
            case "another server":
                host = "evil.example"
            case "another key":
                signer = Ed25519PrivateKey.generate()
        signature = in_base64(signer.sign(signed_part(nonce, host)))
        await eve.send(Hello([1], key=ANNS_KEY, signature=signature))

        await eve.refused(ErrorCode.KEY_REFUSED)
        assert await eve.closed() == CloseCode.KEY_REFUSED


async def test_a_signature_does_not_serve_twice(server: Server):
    async with WireClient(server.urls[0]) as ann, WireClient(server.urls[0]) as eve:
        await ann.send(Hello([1], key=ANNS_KEY))
        heard = ann.answered(Hello([1], key=ANNS_KEY), await ann.receive(Challenge), ANN)
        await eve.send(heard)
        await eve.receive(Challenge)
        await eve.send(heard)

        await eve.refused(ErrorCode.KEY_REFUSED)


async def test_a_key_of_no_curve_is_refused(server: Server):
    async with WireClient(server.urls[0]) as eve:
        await eve.send(Hello([1], key="!" * 43))
        await eve.receive(Challenge)
        await eve.send(Hello([1], key="!" * 43, signature="A" * 86))

        await eve.refused(ErrorCode.KEY_REFUSED)


async def test_the_server_keeps_no_key(server: Server, arrive: Arrive):
    ann = await arrive(key=ANN)
    assert ann.welcome is not None
    peer = server.lobby.peer_with(ann.welcome.resume)

    assert peer is not None
    assert peer.person
    assert peer.person not in {ANNS_KEY, hashlib.blake2b(ANN.public_key().public_bytes_raw())}


async def test_a_name_outlasts_the_session(server: Server, clock: ManualClock, arrive: Arrive):
    bob = Ed25519PrivateKey.generate()
    names = []
    for _ in range(2):
        ann, stranger = await arrive(key=ANN), await arrive(key=bob)
        await ann.join(Mode.TEXT)
        await stranger.join(Mode.TEXT)
        clock.advance(limits.REPEAT_AFTER_S)
        server.pass_time()
        names.append((await ann.matched()).stranger)
        await ann.send(Bye())
        await ann.closed()
        await stranger.receive_later(CallEnded)
        await stranger.send(Bye())
        await stranger.closed()

    assert names[0] == names[1]


async def test_a_resume_token_is_worth_nothing_without_the_key(arrive: Arrive):
    ann = await arrive(key=ANN)
    assert ann.welcome is not None
    token = ann.welcome.resume
    for thief in (None, Ed25519PrivateKey.generate()):
        stolen = await arrive(key=thief, resume=token)
        assert stolen.welcome is not None and not stolen.welcome.resumed
    await ann.hears_nothing()
    ann.drop()

    again = await arrive(key=ANN, resume=token)

    assert again.welcome is not None and again.welcome.resumed


class TestUnderOneName:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"host_names": ["passerby.example.org"]}

    async def test_a_key_that_was_signed_for_another_name_is_refused(self, server: Server):
        url = server.urls[0] + "?challenge=1"
        async with WireClient(url) as ann:
            challenge = await ann.receive(Challenge)
            await ann.send(ann.answered(Hello([1], key=ANNS_KEY), challenge, ANN))

            await ann.refused(ErrorCode.KEY_REFUSED)
            assert await ann.closed() == CloseCode.KEY_REFUSED
        async with WireClient(url, headers={"Host": "Passerby.example.org:443"}) as ann:
            challenge = await ann.receive(Challenge)
            signed = signed_part(challenge.nonce, "passerby.example.org")
            signature = in_base64(ANN.sign(signed))
            await ann.send(Hello([1], key=ANNS_KEY, signature=signature))
            await ann.receive(Welcome)


class TestInAFlood:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {
            "unlimited_addresses": [],
            "address_connects_burst": 4,
            "address_connects_per_s": 0.001,
        }

    async def test_a_busy_address_has_to_work_and_then_to_wait(self, server: Server):
        asked = []
        for _ in range(4):
            async with WireClient(server.urls[0] + "?challenge=1") as client:
                challenge = await client.receive(Challenge)
                asked.append(challenge.work)
                await client.send(client.answered(Hello([1]), challenge, None))
                await client.receive(Welcome)
        assert asked == sorted(asked)
        assert asked[0] == 0 < asked[-1]

        async with WireClient(server.urls[0]) as refused:
            error = await refused.refused(ErrorCode.TOO_MANY_CONNECTIONS)
            assert error.retry_after_s is not None and error.retry_after_s > 0
            assert await refused.closed() == CloseCode.RATE_LIMITED

    async def test_a_hello_without_the_work_is_answered_with_the_challenge(self, server: Server):
        for _ in range(2):
            async with WireClient(server.urls[0]):
                pass
        async with WireClient(server.urls[0]) as third:
            await third.send(Hello([1], work=[0] * WORK_PUZZLES))
            challenge = await third.receive(Challenge)
            assert challenge.work > 0
            await third.send(Hello([1], work=[0] * WORK_PUZZLES))
            assert await third.receive(Challenge) == challenge
            await third.send(third.answered(Hello([1]), challenge, None))
            await third.receive(Welcome)

    async def test_a_token_whose_session_cannot_go_on_saves_no_work(self, server: Server):
        async with WireClient(server.urls[0]) as ann, WireClient(server.urls[0]):
            welcome = await ann.hello(features=tuple(Feature))
            async with WireClient(server.urls[0]) as third:
                await third.send(Hello([1], resume=welcome.resume, received=99))
                assert (await third.receive(Challenge)).work > 0
                await third.send(Hello([1], resume=welcome.resume, received=0))
                assert (await third.receive(Welcome)).resumed


def test_work_fits_its_own_challenge_only():
    work = solve("one nonce", 6)

    assert is_solved("one nonce", 6, work)
    assert not is_solved("another nonce", 6, work)
    assert not is_solved("one nonce", 6, work[:-1])
    assert not is_solved("one nonce", 6, [])


def test_the_frames_of_a_solved_hello_are_small():
    hello = Hello([1], work=solve("one nonce", 6), key=ANNS_KEY, signature="A" * 86)

    assert len(msgspec.json.encode(hello)) < 1_000
