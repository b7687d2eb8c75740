"""Puts the server together and gives it a beginning and an end."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from aiohttp import web

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.backends.redis import ban_news
from signaling_server.backends.redis.line import SharedLine
from signaling_server.backends.redis.link import Link
from signaling_server.backends.redis.node import Node
from signaling_server.backends.redis.others import Others
from signaling_server.config.model import MEMORY, Config, networks
from signaling_server.config.state import secret_in
from signaling_server.domain.allowance import Rate, Rates, hourly
from signaling_server.domain.calls import Observers
from signaling_server.domain.door import Door, DoorRules
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.peer import NodeId
from signaling_server.domain.persons import Persons
from signaling_server.domain.relay_access import RelayAccess
from signaling_server.domain.sessions import Grace
from signaling_server.domain.tickets import Tickets
from signaling_server.handlers.report import ReportDesk
from signaling_server.observability.metrics import Metrics
from signaling_server.observability.tasks import lasting_task
from signaling_server.storage.opening import StoreWhenNeeded, url_of_database
from signaling_server.storage.retention import keep_no_longer
from signaling_server.transport import listening
from signaling_server.transport.arrivals import Arrivals
from signaling_server.transport.ban_watch import BanWatch
from signaling_server.transport.client_address import ProxyTrust
from signaling_server.transport.conversation import House
from signaling_server.transport.figures import serving_figures
from signaling_server.transport.http import WEBSOCKET_PATH, make_application
from signaling_server.transport.online_news import tell_how_many
from signaling_server.transport.switchboard import Switchboard
from signaling_server.transport.websocket import WebSocketEndpoint

_SHUTDOWN_S = 3.0
_SHARED_WINDOW_MAX_S = 0.008
"""Of the draw where servers share a line: asking Redis and each other takes its time too."""


@dataclass(frozen=True)
class Server:
    """A server that listens. pass_time is for a clock that a test moves by hand.

    drain lets nobody in any more, and returns when everybody has gone or its time is over.

    metrics_url is empty where there are no figures.
    """

    urls: list[str]
    metrics_url: str
    lobby: Lobby
    pass_time: Callable[[], None]
    drain: Callable[[], Awaitable[None]]


@asynccontextmanager
async def running_server(
    config: Config,
    clock: Callable[[], float] = time.monotonic,
    random: Random | None = None,
    *,
    share_port: bool = False,
) -> AsyncIterator[Server]:
    """Listen as long as the context lasts; on its way out every client is told.

    clock and random steer the pairing only. CannotListen when the address or the certificate
    cannot be used. share_port lets other processes of this user listen on the same port.
    """
    random = random or Random(secrets.randbits(128))
    tls = (
        listening.tls_context(config.tls_cert, config.tls_key)
        if config.tls_cert and config.tls_key
        else None
    )
    metrics = Metrics()
    grace = Grace(config.resume_waiting_s, config.resume_call_s)
    observers = Observers(metrics.match_made, metrics.call_ended)
    state_dir = Path(config.state_dir) if config.state_dir else None
    secret = config.secret or secret_in(state_dir)
    tickets = Tickets(secret, time.time)
    node, alone = NodeId(secrets.token_urlsafe(9)), MemoryLine(random)
    shared = SharedLine(node, alone) if config.backend != MEMORY else None
    lobby = Lobby(
        clock,
        random,
        shared or alone,
        grace,
        observers,
        _relay(config),
        pools=[pool.name for pool in config.pools],
        tickets=tickets,
        window_s=min(config.window_ms / 1_000, _SHARED_WINDOW_MAX_S if shared else 1.0),
    )
    metrics.watch(lobby)
    switchboard = Switchboard(lobby, clock, metrics)
    store = StoreWhenNeeded(url_of_database(config.database, state_dir))
    store.say_if_unwritable()
    bans = BanWatch(store, time.time)
    reports = ReportDesk(
        store,
        switchboard.deliver,
        time.monotonic,
        time.time,
        takes_evidence=config.moderators_key is not None,
    )
    house = House(lobby, switchboard, config, metrics, bans, reports, tickets, time.monotonic)
    trust = ProxyTrust(networks(config.trusted_proxies), config.proxy_header)
    persons = Persons(secret)
    door = Door(_door_rules(config), time.monotonic)
    arrivals = Arrivals(config.hello_timeout_s, config.max_connections, trust, door)
    endpoint = WebSocketEndpoint(house, door, persons, trust, arrivals, random)
    application = make_application(lobby, endpoint, lambda: metrics_url)
    metrics_url = ""
    await bans.look()
    tasks = [
        lasting_task(tell_how_many(lobby, switchboard, config.online_interval_s)),
        lasting_task(bans.run(config.bans_read_every_s, endpoint.enforce_bans)),
        lasting_task(
            keep_no_longer(store, config.reports_kept_s, config.evidence_kept_s, time.time)
        ),
    ]
    if config.backend != MEMORY:
        tasks.append(lasting_task(ban_news.follow(config.backend, bans.look_soon)))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        assert runner.server is not None
        sockets = listening.listen(config.host, config.port, share_port=share_port)
        urls = [listening.url_of(bound, WEBSOCKET_PATH, tls=tls is not None) for bound in sockets]
        async with (
            serving_figures(metrics, config.metrics_host, config.metrics_port) as metrics_url,
            _among_others(config, shared, lobby, switchboard, clock),
            listening.serving(sockets, arrivals.watch(runner.server), tls, arrivals.within_s),
        ):
            drain = partial(endpoint.drain, config.drain_s)
            yield Server(urls, metrics_url, lobby, switchboard.pass_time, drain)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        arrivals.close()
        await endpoint.close()
        # Afterwards, for with the end of a socket an alarm is set.
        switchboard.close()
        await runner.cleanup()
        await reports.close()
        await store.close()


@asynccontextmanager
async def _among_others(
    config: Config,
    line: SharedLine | None,
    lobby: Lobby,
    switchboard: Switchboard,
    clock: Callable[[], float],
) -> AsyncIterator[None]:
    """Share the line with other servers while the context lasts, where there is a Redis."""
    if line is None:
        yield
        return
    link = Link(config.backend, line)
    afar = lobby.afar(line.node, link.post)
    others = Others(afar, clock, config.resume_call_s)
    moving = lobby.move_with(
        afar, link.post, switchboard.let_go, lambda node: link.is_there and others.hears(node)
    )
    switchboard.tell_elsewhere = moving.tell
    async with Node(lobby, afar, moving, line, link, others, switchboard.deliver).running():
        yield


def _relay(config: Config) -> RelayAccess | None:
    if config.turn is None:
        return None
    return RelayAccess(config.turn.urls, config.turn.secret, config.turn.ttl_s, time.time)


def _door_rules(config: Config) -> DoorRules:
    return DoorRules(
        sockets=config.address_connections,
        connects=Rate(config.address_connects_per_s, config.address_connects_burst),
        said=Rates(
            messages=Rate(config.address_messages_per_s, config.address_messages_burst),
            searches=Rate(config.address_searches_per_s, config.address_searches_burst),
            bytes=Rate(config.address_bytes_per_s, config.address_bytes_burst),
            reports=hourly(config.address_reports_per_hour),
        ),
        work_from_connects_per_s=config.work_from_connects_per_s,
        unlimited=networks(config.unlimited_addresses),
    )
