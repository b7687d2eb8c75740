"""Two real engines that may meet through a real coturn only."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.rtc import cures
from desktop_app.engine_messages import CallFailure, MediaHealth, RelayProblem, Stream
from signaling_server.protocol.messages import DescriptionKind, Exchange, IceServer, Mode, Role
from tests.desktop_app.engine.calls import (
    ANN_HZ,
    BOB_HZ,
    call_paired,
    carry_description,
    new_call,
    open_devices,
    replace_connection,
    wait_connected,
    wait_replaced,
    wait_tone,
)
from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.relay_process import (
    RELAY_IP,
    RelayProcess,
    coturn_is_installed,
    free_port,
    running_relay,
)

pytestmark = pytest.mark.skipif(not coturn_is_installed, reason="coturn is not installed")
OUTCOMES = messages.ConnectionReady | messages.RelayFailed
Pair = tuple[EngineDriver, EngineDriver]


@pytest.fixture(scope="module")
def relay() -> Iterator[RelayProcess]:
    with running_relay() as running:
        yield running


@pytest.fixture(scope="module")
def engines(relay: RelayProcess) -> Iterator[Pair]:
    """Engines that trust the certificate of the relay."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(relay.certificate))
        ann, bob = EngineDriver(), EngineDriver()
    with ann, bob:
        open_devices(ann, ANN_HZ)
        open_devices(bob, BOB_HZ)
        yield ann, bob


def prepare(engine: EngineDriver, *servers: IceServer) -> messages.ConnectionReady:
    engine.drain()
    engine.send(messages.PrepareConnection(Mode.VIDEO, list(servers), relay_only=True))
    return engine.wait(messages.ConnectionReady)


def assert_hides_addresses(description: str) -> None:
    """No address of this machine, nor any other than the relay's, stands anywhere in it."""
    addresses = cures.local_addresses()
    assert addresses is not None
    for address in addresses:
        assert address not in description
    found = set(re.findall(r"\d{1,3}(?:\.\d{1,3}){3}", description))
    assert RELAY_IP in found
    assert found <= {RELAY_IP, "0.0.0.0"}
    assert not re.search(r"IP6|typ (?!relay)|\.local|fe80|::", description)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_two_engines_meet_through_the_relay_alone(
    engines: Pair, relay: RelayProcess, transport: str
) -> None:
    ann, bob = engines
    server = relay.server(getattr(relay, transport))
    readies = prepare(ann, server), prepare(bob, server)
    for ready in readies:
        assert_hides_addresses(ready.description)

    call = call_paired(ann, readies[0], bob, readies[1])

    ann.wait_picture(Stream.STRANGER, call=call)
    bob.wait_picture(Stream.STRANGER, call=call)
    wait_tone(ann, BOB_HZ, ANN_HZ)
    wait_tone(bob, ANN_HZ, BOB_HZ)
    for engine in engines:
        assert engine.wait(messages.Statistics).direct is False


def test_offer_and_answer_made_in_the_call_hide_addresses_as_well(
    engines: Pair, relay: RelayProcess
) -> None:
    ann, bob = engines
    server = relay.server(relay.udp, relay.tcp)
    prepare(ann, server)
    prepare(bob, server)
    call = new_call()
    for engine, role in ((ann, Role.OFFERER), (bob, Role.ANSWERER)):
        engine.drain()
        engine.seen.clear()
        engine.send(messages.StartCall(call, Mode.VIDEO, role, Exchange.CLASSICAL))

    carry_description(call, ann, bob, DescriptionKind.OFFER)
    carry_description(call, bob, ann, DescriptionKind.ANSWER)

    wait_connected(call, ann, bob)
    said = [e for one in engines for e in one.seen if isinstance(e, messages.LocalDescription)]
    assert len(said) == 2
    for description in said:
        assert_hides_addresses(description.sdp)


def test_a_way_that_does_not_answer_is_passed_over(engines: Pair, relay: RelayProcess) -> None:
    ann, _ = engines
    dead = f"turn:127.0.0.1:{free_port()}"

    ready = prepare(ann, relay.server(dead, relay.tcp))

    assert_hides_addresses(ready.description)


@pytest.mark.parametrize(
    ("mode", "wrong"), [(Mode.TEXT, {"secret": "south"}), (Mode.VOICE, {"ttl_s": -60.0})]
)
def test_credentials_that_are_refused_are_said_and_better_ones_taken_at_once(
    engines: Pair, relay: RelayProcess, mode: Mode, wrong: dict[str, Any]
) -> None:
    ann, _ = engines
    urls = (relay.udp, relay.tcp)
    ann.drain()
    bad = relay.server(*urls, **wrong)
    ann.send(messages.PrepareConnection(mode, [bad], relay_only=True))
    assert ann.wait(messages.RelayFailed).problem is RelayProblem.REFUSED

    good = relay.server(*urls)
    ann.send(messages.PrepareConnection(mode, [good], relay_only=True))

    assert_hides_addresses(ann.wait(messages.ConnectionReady).description)


def test_a_dead_relay_is_said_ahead_and_a_call_does_not_wait_for_it(engines: Pair) -> None:
    ann, _ = engines
    port = free_port()
    dead = IceServer([f"turn:127.0.0.1:{port}", f"turn:127.0.0.1:{port}?transport=tcp"], "u", "c")
    ann.drain()
    ann.send(messages.PrepareConnection(Mode.TEXT, [dead], relay_only=True))
    assert ann.wait(messages.RelayFailed).problem is RelayProblem.UNREACHABLE

    call = new_call()
    ann.send(messages.StartCall(call, Mode.TEXT, Role.OFFERER, Exchange.CLASSICAL))

    failed = ann.wait(messages.CallFailed, lambda event: event.call == call, deadline_s=5)
    assert failed.failure is CallFailure.NO_RELAY


def test_nothing_is_made_ready_without_a_relay_when_it_is_the_only_way(engines: Pair) -> None:
    ann, _ = engines
    ann.drain()
    ann.seen.clear()
    ann.send(messages.PrepareConnection(Mode.VOICE, [], relay_only=True))
    call = new_call()
    ann.send(messages.StartCall(call, Mode.VOICE, Role.OFFERER, Exchange.CLASSICAL))

    failed = ann.wait(messages.CallFailed, lambda event: event.call == call, deadline_s=5)

    assert failed.failure is CallFailure.NO_RELAY
    told = [type(event) for event in ann.seen]
    assert messages.LocalDescription not in told and messages.ConnectionReady not in told


def test_a_connection_made_ready_outlives_its_credentials(
    engines: Pair, relay: RelayProcess
) -> None:
    ann, bob = engines
    short = relay.server(relay.udp, ttl_s=2.0)
    readies = prepare(ann, short), prepare(bob, short)
    with EngineDriver() as witness:
        for mode in itertools.cycle(Mode):
            witness.send(messages.PrepareConnection(mode, [short], relay_only=True))
            told = witness.wait(messages.Message, lambda event: isinstance(event, OUTCOMES))
            if isinstance(told, messages.RelayFailed):
                assert told.problem is RelayProblem.REFUSED
                break

    call_paired(ann, readies[0], bob, readies[1])


def test_an_untrusted_certificate_is_refused_and_said(relay: RelayProcess) -> None:
    with EngineDriver() as engine:
        server = relay.server(relay.tls)
        engine.send(messages.PrepareConnection(Mode.TEXT, [server], relay_only=True))

        assert engine.wait(messages.RelayFailed).problem is RelayProblem.UNTRUSTED


def test_a_full_relay_is_said() -> None:
    with running_relay("user-quota=1") as small, EngineDriver() as engine:
        server = small.server(small.udp)
        engine.send(messages.PrepareConnection(Mode.TEXT, [server], relay_only=True))
        engine.wait(messages.ConnectionReady)
        engine.send(messages.PrepareConnection(Mode.VOICE, [server], relay_only=True))

        engine.wait(messages.RelayFailed, lambda event: event.problem is RelayProblem.FULL)


def test_a_relay_that_goes_away_is_noticed_by_who_is_idle_and_so_is_its_return() -> None:
    with EngineDriver() as engine:
        with running_relay() as first:
            server = first.server(first.udp)
            engine.send(messages.PrepareConnection(Mode.TEXT, [server], relay_only=True))
            before = engine.wait(messages.ConnectionReady)
        failed = engine.wait(messages.RelayFailed)
        assert failed.problem is RelayProblem.UNREACHABLE

        with running_relay(port=first.port):
            after = engine.wait(messages.ConnectionReady)

        assert after.connection != before.connection


def test_a_call_whose_relay_died_goes_on_over_a_new_place_on_it() -> None:
    with EngineDriver() as ann, EngineDriver() as bob:
        open_devices(ann, ANN_HZ)
        open_devices(bob, BOB_HZ)
        with running_relay() as first:
            server = first.server(first.udp)
            readies = prepare(ann, server), prepare(bob, server)
            call = call_paired(ann, readies[0], bob, readies[1])
            ann.wait_picture(Stream.STRANGER, call=call)
        ann.wait(messages.CallHealth, lambda event: event.health is MediaHealth.BROKEN)

        with running_relay(port=first.port):
            replace_connection(call, ann, bob, 1)
            wait_replaced(call, 1, ann, bob)
            ann.wait(messages.CallHealth, lambda event: event.health is MediaHealth.CONNECTED)
            bob.wait_picture(Stream.STRANGER, call=call)
            for description in (
                event
                for engine in (ann, bob)
                for event in engine.seen
                if isinstance(event, messages.LocalDescription)
            ):
                assert_hides_addresses(description.sdp)
