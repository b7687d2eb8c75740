"""Cures for ICE and DTLS: one transport, gathering with an end, no waiting in slots or for contexts."""

import asyncio
import logging
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

from aioice import ice as aioice_ice
from aioice import stun
from aiortc import RTCPeerConnection
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceTransport

from desktop_app.engine.rtc.traffic import Traffic

CHECK_EVERY_S = 0.005
"""Between the first checks of two pairs of addresses; the least of RFC 8445, section 14.2."""
ASKED_AGAIN = 2
"""Times a question for a sign of life is repeated, which gives its answer 3.5 s to come."""
ARRIVED_MAX = 2_000
"""Datagrams that may wait for the loop; aioice's own queue has no bound."""
DATAGRAM_MAX_BYTES = 1_500
"""What pylibsrtp has room for; a longer datagram ended aiortc's receiving, as an empty one did."""
STUN_BYTES = range(4)
"""First bytes of STUN (RFC 7983, section 7)."""

log = logging.getLogger(__name__)


def local_addresses() -> tuple[str, ...] | None:
    """Return the addresses that gathering would use now; None when the system cannot tell."""
    try:
        return tuple(sorted(aioice_ice.get_host_addresses(use_ipv4=True, use_ipv6=True)))
    except OSError as error:
        log.debug("no addresses: %s", type(error).__name__)
        return None


def ice_transport(connection: RTCPeerConnection) -> RTCIceTransport:
    """Return the one transport of a bundled connection."""
    return _dtls_transport(connection).transport


def _dtls_transport(connection: RTCPeerConnection) -> RTCDtlsTransport:
    transceivers = connection.getTransceivers()
    if transceivers:
        return transceivers[0].receiver.transport
    assert connection.sctp is not None
    return connection.sctp.transport


def prepare_handshake(connection: RTCPeerConnection) -> None:
    """Make the context of DTLS ahead: it takes 1 to 6 ms, in which somebody would wait."""
    dtls: Any = _dtls_transport(connection)
    certificate = dtls._RTCDtlsTransport__local_certificate
    context = certificate._create_ssl_context(srtp_profiles=dtls._srtp_profiles)
    certificate._create_ssl_context = lambda **_: context


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
    connection: RTCPeerConnection, traffic: Traffic, on_lost: Callable[[], None]
) -> None:
    """Report every datagram and check of ICE, and tell a socket that closes."""
    transport: Any = ice_transport(connection)
    ice: Any = transport._connection
    data_received, request_received, send = ice.data_received, ice.request_received, transport._send
    protocol_lost = ice.protocol_lost

    def receive(data: bytes, component: int) -> None:
        traffic.received(data)
        data_received(data, component)

    def receive_request(*request: Any) -> None:
        traffic.live()
        request_received(*request)

    async def count_and_send(data: bytes) -> None:
        traffic.sent(len(data))
        await send(data)

    def lose(protocol: Any) -> None:
        on_lost()
        protocol_lost(protocol)

    ice.data_received = receive
    ice.request_received = receive_request
    ice.protocol_lost = lose
    transport._send = count_and_send


_take_datagram = aioice_ice.StunProtocol.datagram_received


def _take_expected(protocol: Any, data: bytes, addr: tuple[Any, ...]) -> None:
    ice = protocol.receiver
    if not 0 < len(data) <= DATAGRAM_MAX_BYTES:
        return
    if data[0] in STUN_BYTES:
        if _is_stun(data):
            _take_datagram(protocol, data, addr)
    elif ice._queue.qsize() < ARRIVED_MAX and _is_known(ice, addr[:2]):
        ice.data_received(data, protocol.local_candidate.component)


def _is_stun(data: bytes) -> bool:
    try:
        stun.parse_message(data)
    except (ValueError, struct.error):
        return False
    return True


def _is_known(ice: Any, addr: tuple[Any, ...]) -> bool:
    """Whether a candidate names this address, or a check with our password has come from there."""
    pair = ice._nominated.get(1)
    if pair is not None and pair.remote_addr == addr:
        return True
    if any((one._network_host, one.port) == addr for one in ice._remote_candidates):
        return True
    return any(early == addr for _, early, _ in ice._early_checks)


def drop_strays() -> None:
    """Take only checks from addresses that are unknown, and nothing that breaks what reads it.

    aioice keeps whatever anybody sends to a socket, without a bound and long before there is a
    call, and one datagram could end that. The other side sends nothing from where no check of
    its own was answered (RFC 8445, section 12.1), so that ways which it has not named stay open.
    """
    aioice_ice.StunProtocol.datagram_received = _take_expected  # type: ignore[assignment]  # the cure itself


_send_stun = aioice_ice.StunProtocol.send_stun


def _send_where_open(protocol: Any, message: stun.Message, addr: tuple[str, int]) -> None:
    transport = protocol.transport  # A relay's has no end of its own.
    if not (isinstance(transport, asyncio.BaseTransport) and transport.is_closing()):
        _send_stun(protocol, message, addr)


def leave_closed_sockets() -> None:
    """Send no checks through sockets that are closed: who waits for an answer waits in vain, and ends.

    asyncio raises in aioice's timer instead, and whoever waits would do so for ever.
    """
    aioice_ice.StunProtocol.send_stun = _send_where_open  # type: ignore[assignment]  # the cure itself


async def ask_for_life(connection: RTCPeerConnection, on_answer: Callable[[], None]) -> None:
    """Send a check of consent (RFC 7675), which whoever still listens answers; aioice's are rare."""
    ice: Any = ice_transport(connection)._connection
    pair = ice._nominated.get(1)
    if pair is None:
        return
    request = ice.build_request(pair, nominate=False)
    key = ice.remote_password.encode()
    try:
        await pair.protocol.request(
            request, pair.remote_addr, integrity_key=key, retransmissions=ASKED_AGAIN
        )
    except stun.TransactionTimeout:
        return
    except stun.TransactionFailed:
        log.debug("a check of consent was refused")  # Which is a sign of life.
    on_answer()


def repeat_checks(connection: RTCPeerConnection) -> None:
    """Send each check that has no answer once more; aioice does so ever more rarely."""
    ice: Any = ice_transport(connection)._connection
    for protocol in ice._protocols:
        for transaction in tuple(protocol.transactions.values()):
            protocol.send_stun(transaction._Transaction__request, transaction._Transaction__addr)


def is_direct(connection: RTCPeerConnection) -> bool | None:
    """Return whether packets go without a relay; None while no pair is chosen."""
    pair = ice_transport(connection)._connection._nominated.get(1)
    if pair is None:
        return None
    return "relay" not in (pair.local_candidate.type, pair.remote_candidate.type)
