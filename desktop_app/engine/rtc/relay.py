"""The ways to a relay (TURN): tried in order, and remembered when dead."""

import asyncio
import re
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from aioice import stun
from aioice.candidate import Candidate
from aioice.ice import StunProtocol, relayed_candidate
from aiortc.rtcicetransport import parse_stun_turn_uri

from desktop_app.engine_messages import RelayProblem
from desktop_app.trust import tls_context
from signaling_server.protocol.messages import IceServer

HEAD_START_S = 0.4
"""A way that has not answered by then gets company from the next one."""
DEAD_FOR_S = 120.0
"""A way that did not answer is left out so long, unless there is no other."""
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
