"""The ways to a relay (TURN): tried in order, remembered when dead, and gathered with."""

import asyncio
import re
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from aioice import stun
from aioice.candidate import Candidate
from aioice.ice import StunProtocol, relayed_candidate
from aiortc import RTCPeerConnection
from aiortc.rtcicetransport import parse_stun_turn_uri

from desktop_app.engine.rtc import cures
from desktop_app.engine_messages import RelayProblem
from desktop_app.trust import tls_context
from signaling_server.protocol.messages import IceServer

HEAD_START_S = 0.4
"""A way that has not answered by then gets company from the next one."""
DEAD_FOR_S = 120.0
"""A way that did not answer is left out so long, unless there is no other."""
ANSWERS_WITHIN_S = 2.5
"""Long enough for a question to be repeated twice (RFC 8489, section 6.2.1)."""
RENEWED_EVERY_S = 200
"""A relay lets a stranger's packets in for 300 s (RFC 8656, section 9); aioice renews that after 500."""
RENEWED_AGAIN_S = 20.0
"""Where no answer came."""
FULL_CODES = (486, 508)
"""Allocation Quota Reached and Insufficient Capacity (RFC 8656, section 19)."""

_IPV6_HOST = re.compile(r"(turns?):\[([0-9A-Fa-f:.]+)\]")

Relayed = tuple[Candidate, StunProtocol]


class NoRelay(Exception):
    """No way to the relay was found; the text holds no address."""

    def __init__(self, problem: RelayProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Way:
    """One address of a relay and how to reach it. server is a host and a port."""

    url: str
    server: tuple[str, int]
    transport: str
    tls: bool
    username: str
    credential: str

    @property
    def rank(self) -> int:
        """UDP before TCP before TLS: what is behind a stricter firewall costs more delay."""
        return 2 if self.tls else int(self.transport == "tcp")


class Relay:
    """What is known of the relay in use. Belongs to the loop; the clock is in seconds.

    only says that nothing but the relay may be used and nothing else be told to a stranger.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ways: list[Way] = []
        self._dead_until: dict[str, float] = {}
        self.only = False

    def use(self, servers: Iterable[IceServer], *, only: bool) -> None:
        """Take the relay's addresses and credentials, in the place of earlier ones."""
        self._ways = sorted(_ways(servers), key=lambda way: way.rank)
        self.only = only

    def forget_deaths(self) -> None:
        """The network is another one: what did not answer may do so now."""
        self._dead_until.clear()

    @property
    def is_known(self) -> bool:
        return bool(self._ways)

    async def allocate(self, ice: Any, component: int, within_s: float) -> Relayed:
        """Return a candidate on the relay by the first way that answers, or raise NoRelay."""
        coming = deque(self._worth_a_try())
        trying: dict[asyncio.Task[Relayed], Way] = {}
        problems = [RelayProblem.UNREACHABLE]
        try:
            async with asyncio.timeout(within_s):
                while coming or trying:
                    if coming:
                        way = coming.popleft()
                        trying[asyncio.create_task(_allocate(way, ice, component))] = way
                    pause_s = HEAD_START_S if coming else None
                    done, _ = await asyncio.wait(
                        trying, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED
                    )
                    for task in done:
                        way = trying.pop(task)
                        if (error := task.exception()) is None:
                            self._note_dead(w for w in trying.values() if w.rank < way.rank)
                            return task.result()
                        problems.append(problem_of(error))
                        if problems[-1] is not RelayProblem.REFUSED:
                            self._note_dead([way])
        except TimeoutError:
            self._note_dead(trying.values())
        finally:
            for task in trying:
                task.cancel()
                task.add_done_callback(_give_back)
        # The most telling one: a relay that refuses us over UDP may be unreachable over TCP.
        raise NoRelay(max(problems, key=list(RelayProblem).index))

    def _worth_a_try(self) -> Sequence[Way]:
        now = self._clock()
        alive = [way for way in self._ways if self._dead_until.get(way.url, now) <= now]
        return alive or self._ways

    def _note_dead(self, ways: Iterable[Way]) -> None:
        self._dead_until |= {way.url: self._clock() + DEAD_FOR_S for way in ways}


def gather_with(connection: RTCPeerConnection, relay: Relay, within_s: float) -> None:
    """Gather a candidate on the relay, beside our own ones or, where it is the only way, alone.

    aiortc takes the first address of a relay only and does not say why it got no candidate.
    Gathering raises NoRelay where the relay is the only way.
    """
    ice: Any = cures.ice_transport(connection)._connection
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
    ice: Any = cures.ice_transport(connection)._connection
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
    ice: Any = cures.ice_transport(connection)._connection
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


def problem_of(error: BaseException) -> RelayProblem:
    """Say in our words why a relay gave no candidate."""
    if isinstance(error, stun.TransactionFailed):
        full = error.response.error_code in FULL_CODES
        return RelayProblem.FULL if full else RelayProblem.REFUSED
    if isinstance(error, ssl.SSLCertVerificationError):
        return RelayProblem.UNTRUSTED
    return RelayProblem.UNREACHABLE


def is_relay(url: str) -> bool:
    return url.startswith(("turn:", "turns:"))


def _ways(servers: Iterable[IceServer]) -> Iterable[Way]:
    for server in servers:
        for url in filter(is_relay, server.urls):
            with suppress(ValueError):
                parsed = _parsed(url)
                yield Way(
                    url,
                    (parsed["host"], parsed["port"]),
                    parsed["transport"],
                    parsed["scheme"] == "turns",
                    server.username or "",
                    server.credential or "",
                )


def _parsed(url: str) -> dict[str, Any]:
    """Return the parts of a relay's url; aiortc knows no IPv6 addresses. ValueError for others."""
    if (found := _IPV6_HOST.match(url)) is None:
        return parse_stun_turn_uri(url)
    scheme, address = found.groups()
    return {**parse_stun_turn_uri(f"{scheme}:ipv6{url[found.end() :]}"), "host": address}


async def _allocate(way: Way, ice: Any, component: int) -> Relayed:
    return await relayed_candidate(
        component=component,
        # Our own address would stand beside that on the relay otherwise.
        hide_related_address=True,
        protocol_factory=lambda: StunProtocol(ice),
        turn_server=way.server,
        turn_username=way.username,
        turn_password=way.credential,
        # Handed on as it is to the loop, which takes a context as well.
        turn_ssl=cast(bool, tls_context()) if way.tls else False,
        turn_transport=way.transport,
    )


def _give_back(task: "asyncio.Task[Relayed]") -> None:
    """Free an allocation that came too late."""
    if not task.cancelled() and task.exception() is None:
        task.result()[1].transport.close()


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
