"""Cures for relays: all their addresses are tried, nothing waits for a channel, none dies unnoticed."""

import asyncio
import struct
import time
from contextlib import suppress
from typing import Any

from aioice import stun
from aioice.candidate import Candidate
from aioice.ice import StunProtocol
from aiortc import RTCPeerConnection

from desktop_app.engine.rtc.cures.ice import ice_transport
from desktop_app.engine.rtc.relay import NoRelay, Relay

ANSWERS_WITHIN_S = 2.5
"""Long enough for a question to be repeated twice (RFC 8489, section 6.2.1)."""
RENEWED_EVERY_S = 200
"""A relay lets a stranger's packets in for 300 s (RFC 8656, section 9); aioice renews that after 500."""
RENEWED_AGAIN_S = 20.0
"""Where no answer came."""


def gather_with(connection: RTCPeerConnection, relay: Relay, within_s: float) -> None:
    """Gather a candidate on the relay, beside our own ones or, where it is the only way, alone.

    aiortc takes the first address of a relay only and does not say why it got no candidate.
    Gathering raises NoRelay where the relay is the only way.
    """
    ice: Any = ice_transport(connection)._connection
    gather_own = ice.get_component_candidates

    async def allocate(component: int) -> list[Candidate]:
        candidate, protocol = await relay.allocate(ice, component, within_s)
        _send_at_once(protocol)
        ice._protocols.append(protocol)
        return [candidate]

    async def gather(component: int, addresses: list[str]) -> list[Candidate]:
        if relay.only:
            return await allocate(component)
        relayed = asyncio.create_task(allocate(component))
        try:
            own: list[Candidate] = await gather_own(component=component, addresses=addresses)
        except BaseException:
            relayed.cancel()
            raise
        with suppress(NoRelay):
            own += await relayed
        return own

    ice.get_component_candidates = gather


def repeat_lost_checks(connection: RTCPeerConnection) -> None:
    """Repeat our check at once when the stranger's comes the same way (RFC 8445, 7.3.1.4).

    A check that comes before the stranger has opened its relay to us is lost, and aioice
    repeats it after 500 ms only. The stranger's own check says that it is open now.
    """
    ice: Any = ice_transport(connection)._connection
    take_check = ice.check_incoming

    def take_and_repeat(message: stun.Message, addr: tuple[str, int], protocol: Any) -> None:
        pending = [
            transaction._Transaction__request
            for transaction in protocol.transactions.values()
            if transaction._Transaction__addr == addr
        ]
        take_check(message, addr, protocol)
        for request in pending:
            protocol.send_stun(request, addr)

    ice.check_incoming = take_and_repeat


async def still_answers(connection: RTCPeerConnection) -> bool:
    """Ask the relay whether our place on it still stands; True where there is none.

    The question also keeps the way open in a router, which may forget it after 30 s (RFC 4787,
    section 4.3).
    """
    ice: Any = ice_transport(connection)._connection
    relayed = [one for one in ice._protocols if one.local_candidate.type == "relay"]
    for client in (one.transport._TurnTransport__inner_protocol for one in relayed):
        if client.transport.is_closing():
            return False
        request = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST)
        request.attributes["LIFETIME"] = client.lifetime
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await client.request_with_retry(request)
        except (TimeoutError, stun.TransactionError):
            return False
    return True


def _send_at_once(protocol: StunProtocol) -> None:
    """Send over a bound channel without the task that aioice makes for each packet.

    The channel is renewed beside that: in aioice all packets wait for it, and each asks anew.
    """
    transport: Any = protocol.transport
    client = transport._TurnTransport__inner_protocol
    client.channel_refresh_time = RENEWED_EVERY_S
    send_by_task = transport.sendto

    async def renew(channel: int, addr: tuple[str, int]) -> None:
        await client.channel_bind(channel, addr)
        client.channel_refresh_at[channel] = time.time() + RENEWED_EVERY_S

    def send(data: bytes, addr: tuple[str, int]) -> None:
        channel = client.peer_to_channel.get(addr)
        if (
            channel is None
            or client.transport.is_closing()
            or transport._TurnTransport__close_task is not None
        ):
            send_by_task(data, addr)
            return
        if (now := time.time()) > client.channel_refresh_at[channel]:
            client.channel_refresh_at[channel] = now + RENEWED_AGAIN_S
            renewing = asyncio.create_task(renew(channel, addr))
            transport._TurnTransport__send_tasks.add(renewing)
            renewing.add_done_callback(transport._send_done)
        client._send(struct.pack("!HH", channel, len(data)) + data)

    transport.sendto = send
