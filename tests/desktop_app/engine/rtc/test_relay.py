"""Which way to a relay is taken, and the private names that the cures for relays use."""

import asyncio
import inspect
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aioice import ice as aioice_ice
from aioice import stun, turn

from desktop_app.engine.rtc import cures, description
from desktop_app.engine.rtc.candidates import Candidates
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.relay import DEAD_FOR_S, NoRelay, Relay
from desktop_app.engine_messages import RelayProblem
from signaling_server.protocol.messages import IceServer, Mode, Role
from tests.relay_process import RelayProcess, coturn_is_installed, running_relay

DEADLINE_S = 10.0
PERMISSION_S = 300.0
"""RFC 8656, section 9."""
needs_coturn = pytest.mark.skipif(not coturn_is_installed, reason="coturn is not installed")


@pytest.fixture(scope="module")
def process() -> Iterator[RelayProcess]:
    with running_relay() as running:
        yield running


@pytest.fixture
def mute_port() -> Iterator[socket.socket]:
    """A UDP port that takes everything and never answers."""
    with socket.socket(type=socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        mute.setblocking(False)
        yield mute


def heard(mute: socket.socket) -> bool:
    """Whether anything has come since the last look."""
    count = 0
    while True:
        try:
            mute.recv(2_000)
        except BlockingIOError:
            return count > 0
        count += 1


def made_for(server: IceServer, relay: Relay) -> Connection:
    relay.use([server], only=True)
    return Connection(kinds_of(Mode.TEXT), [server], relay=relay)


async def gather(server: IceServer, relay: Relay) -> None:
    connection = made_for(server, relay)
    try:
        await connection.make_offer()
    finally:
        await connection.close()


@needs_coturn
async def test_udp_goes_before_tcp_whatever_the_order(
    process: RelayProcess, mute_port: socket.socket
) -> None:
    mute = f"turn:127.0.0.1:{mute_port.getsockname()[1]}"

    await gather(process.server(process.tcp, mute), Relay())

    assert heard(mute_port)


@needs_coturn
async def test_a_way_that_did_not_answer_is_left_out_for_a_while(
    process: RelayProcess, mute_port: socket.socket
) -> None:
    now = 100.0
    relay = Relay(lambda: now)
    server = process.server(f"turn:127.0.0.1:{mute_port.getsockname()[1]}", process.tcp)
    await gather(server, relay)
    heard(mute_port)

    await gather(server, relay)
    assert not heard(mute_port)

    now += DEAD_FOR_S
    await gather(server, relay)
    assert heard(mute_port)


async def test_the_only_way_is_tried_again_though_it_was_dead(mute_port: socket.socket) -> None:
    relay = Relay()
    server = IceServer([f"turn:127.0.0.1:{mute_port.getsockname()[1]}"], "u", "c")
    for _ in range(2):
        connection = made_for(server, relay)
        ice = cures.ice_transport(connection.peer)._connection
        with pytest.raises(NoRelay) as refusal:
            await relay.allocate(ice, 1, within_s=0.05)

        assert refusal.value.problem is RelayProblem.UNREACHABLE
        assert heard(mute_port)
        await connection.close()


async def test_a_relay_is_reached_at_its_ipv6_address() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as mute:
        try:
            mute.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 here")
        mute.setblocking(False)
        relay = Relay()
        server = IceServer([f"turn:[::1]:{mute.getsockname()[1]}?transport=udp"], "u", "c")
        connection = made_for(server, relay)
        ice = cures.ice_transport(connection.peer)._connection
        with pytest.raises(NoRelay):
            await relay.allocate(ice, 1, within_s=0.05)

        assert heard(mute)
        await connection.close()


async def test_addresses_that_nobody_understands_are_no_ways() -> None:
    relay = Relay()

    relay.use([IceServer(["turn:[::1", "stun:127.0.0.1:3478", "turn:"])], only=True)

    assert not relay.is_known


@needs_coturn
async def test_a_check_that_came_too_early_is_repeated_when_the_other_side_is_open(
    process: RelayProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = process.server(process.udp)
    ann, bob = made_for(server, Relay()), made_for(server, Relay())
    offers = await ann.make_offer(), await bob.make_offer()
    # Nothing is repeated by time in this test.
    monkeypatch.setattr(stun, "RETRY_RTO", 10 * DEADLINE_S)
    connected = [asyncio.Event(), asyncio.Event()]
    for one, event in zip((ann, bob), connected, strict=True):
        set_when_connected(one, event)

    async with asyncio.timeout(DEADLINE_S):
        early = asyncio.create_task(begin(ann, *offers, Role.OFFERER))
        await checks_went_out(ann)
        await begin(bob, *reversed(offers), Role.ANSWERER)
        await early
        for event in connected:
            await event.wait()
    await asyncio.gather(ann.close(), bob.close())


def set_when_connected(connection: Connection, event: asyncio.Event) -> None:
    def look() -> None:
        if connection.peer.connectionState == "connected":
            event.set()

    connection.peer.on("connectionstatechange", look)


async def begin(connection: Connection, own: str, others: str, role: Role) -> None:
    read = description.read(others, kinds_of(Mode.TEXT))
    transport, candidates = cures.ice_transport(connection.peer), Candidates()
    for attribute in read.transport.candidates:
        await transport.addRemoteCandidate(candidates.take(attribute))
    await transport.addRemoteCandidate(None)
    answer = description.as_answer(read, own, role)
    await connection.take_answer(answer, controlled=role is Role.ANSWERER)


async def checks_went_out(connection: Connection) -> None:
    """Wait until the relay has taken a packet for the other side, and has had time to drop it."""
    (protocol,) = cures.ice_transport(connection.peer)._connection._protocols
    client = protocol.transport._TurnTransport__inner_protocol
    while not client.peer_to_channel:  # noqa: ASYNC110 - aioice has no event for it
        await asyncio.sleep(0)
    await client.request_with_retry(refresh())


@needs_coturn
async def test_a_channel_is_renewed_in_time_and_nothing_waits_for_that(
    process: RelayProcess,
) -> None:
    connection = made_for(process.server(process.udp), Relay())
    await connection.make_offer()
    (protocol,) = cures.ice_transport(connection.peer)._connection._protocols
    client = protocol.transport._TurnTransport__inner_protocol
    with socket.socket(type=socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.setblocking(False)
        addr, loop = peer.getsockname(), asyncio.get_running_loop()
        async with asyncio.timeout(DEADLINE_S):
            protocol.transport.sendto(b"first", addr)
            assert await loop.sock_recv(peer, 100) == b"first"
            (channel,) = client.channel_refresh_at
            assert client.channel_refresh_at[channel] < time.time() + PERMISSION_S / 1.2

            asked, may_answer = 0, asyncio.Event()
            bind = client.channel_bind

            async def bind_when_told(*about: Any) -> None:
                nonlocal asked
                asked += 1
                await may_answer.wait()
                await bind(*about)

            client.channel_bind = bind_when_told
            client.channel_refresh_at[channel] = 0.0
            for data in (b"second", b"third"):
                protocol.transport.sendto(data, addr)
                assert await loop.sock_recv(peer, 100) == data
                await asyncio.sleep(0)
            assert asked == 1
            may_answer.set()
            while client.channel_refresh_at[channel] < time.time() + PERMISSION_S / 2:  # noqa: ASYNC110 - aioice has no event for it
                await asyncio.sleep(0.01)
    await connection.close()


def refresh() -> stun.Message:
    request = stun.Message(message_method=stun.Method.REFRESH, message_class=stun.Class.REQUEST)
    request.attributes["LIFETIME"] = turn.DEFAULT_ALLOCATION_LIFETIME
    return request


def test_a_relayed_candidate_is_allocated_as_we_ask_for_it() -> None:
    names = set(inspect.signature(aioice_ice.relayed_candidate).parameters)
    assert names == {
        "component",
        "hide_related_address",
        "protocol_factory",
        "turn_server",
        "turn_username",
        "turn_password",
        "turn_ssl",
        "turn_transport",
    }, "aioice allocates on a relay with other arguments"
    source = inspect.getsource(aioice_ice.Connection)
    assert "self._protocols.append(relay_protocol)" in source, "a relay is kept elsewhere"
    gathering = inspect.getsource(aioice_ice.Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in gathering
    relay_part = gathering.partition("TransportPolicy.ALL:")[0]
    assert "addresses = []" in relay_part, "the relay policy no longer leaves own addresses out"


def test_checks_wait_where_they_are_repeated() -> None:
    source = inspect.getsource(aioice_ice.Connection.request_received)
    assert "self.check_incoming(" in source, "checks of the stranger take another way"
    source = inspect.getsource(stun.Transaction)
    for name in ("__request", "__addr"):
        assert f"self.{name} = " in source, f"stun.Transaction has no {name}"
    source = inspect.getsource(aioice_ice.StunProtocol.request)
    assert "self.transactions[request.transaction_id]" in source, "pending checks are elsewhere"


def test_packets_for_a_relay_pass_where_they_are_sent_at_once() -> None:
    source = inspect.getsource(turn.TurnTransport)
    for name in ("__inner_protocol", "__close_task", "__send_tasks"):
        assert f"self.{name}" in source, f"TurnTransport has no {name}"
    assert "task.add_done_callback(self._send_done)" in source, "tasks of a relay end otherwise"
    source = inspect.getsource(turn.TurnClientMixin)
    for part in ('struct.pack("!HH", channel, len(data))', "self._send(header + data)"):
        assert part in source, f"aioice sends over a channel otherwise: {part} is gone"
    for name in ("peer_to_channel", "channel_refresh_at", "channel_refresh_time"):
        assert f"self.{name}" in source, f"the client of a relay has no {name}"
