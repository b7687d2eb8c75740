"""Cures for ICE: one transport, gathering with an end, and no waiting in slots."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from aioice import ice as aioice_ice
from aiortc import RTCPeerConnection
from aiortc.rtcicetransport import RTCIceTransport

CHECK_EVERY_S = 0.005
"""Between the first checks of two pairs of addresses; the least of RFC 8445, section 14.2."""
ARRIVED_MAX = 2_000
"""Datagrams that may wait for the loop; aioice's own queue has no bound."""


def local_addresses() -> tuple[str, ...]:
    """Return the addresses that gathering would use now."""
    return tuple(sorted(aioice_ice.get_host_addresses(use_ipv4=True, use_ipv6=True)))


def ice_transport(connection: RTCPeerConnection) -> RTCIceTransport:
    """Return the one transport of a bundled connection."""
    transceivers = connection.getTransceivers()
    if transceivers:
        return transceivers[0].receiver.transport.transport
    assert connection.sctp is not None
    return connection.sctp.transport.transport


def gather_within(connection: RTCPeerConnection, timeout_s: float) -> None:
    """Go on without the STUN and TURN servers that have not answered by then; aioice waits 5 s."""
    ice: Any = ice_transport(connection)._connection
    ice.get_component_candidates = partial(ice.get_component_candidates, timeout=timeout_s)


def be_controlled(connection: RTCPeerConnection) -> None:
    """Give up the controlling role that our own offer took: in a pair only one may have it."""
    ice_transport(connection)._connection.ice_controlling = False


def complete_at_once(connection: RTCPeerConnection) -> None:
    """Let ICE end when its check is answered; aioice looks for that every 20 ms only.

    Its connect() starts checks until there are no more, and then waits for the outcome itself.
    So it is told that there are none, once there is a pair, and they are started beside it.
    """
    ice: Any = ice_transport(connection)._connection
    check_next = ice._check_periodic
    loop = asyncio.get_running_loop()

    def check_on() -> None:
        if check_next():
            loop.call_later(CHECK_EVERY_S, check_on)

    def check_beside() -> bool:
        if not ice._check_list:
            return bool(check_next())
        check_on()
        return False

    ice._check_periodic = check_beside


def watch_traffic(
    connection: RTCPeerConnection,
    on_received: Callable[[int], None],
    on_sent: Callable[[int], None],
) -> None:
    """Report the size of every datagram, checks of ICE included, and bound what waits."""
    transport: Any = ice_transport(connection)
    ice: Any = transport._connection
    data_received, request_received, send = ice.data_received, ice.request_received, transport._send

    def receive(data: bytes, component: int) -> None:
        on_received(len(data))
        if ice._queue.qsize() < ARRIVED_MAX:
            data_received(data, component)

    def receive_request(*request: Any) -> None:
        on_received(0)
        request_received(*request)

    async def count_and_send(data: bytes) -> None:
        on_sent(len(data))
        await send(data)

    ice.data_received = receive
    ice.request_received = receive_request
    transport._send = count_and_send


def is_direct(connection: RTCPeerConnection) -> bool | None:
    """Return whether packets go without a relay; None while no pair is chosen."""
    pair = ice_transport(connection)._connection._nominated.get(1)
    if pair is None:
        return None
    return "relay" not in (pair.local_candidate.type, pair.remote_candidate.type)
