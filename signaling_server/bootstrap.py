"""Puts the server together and gives it a beginning and an end."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from aiohttp import web

from signaling_server.backends.memory.waiting_line import MemoryLine
from signaling_server.config.model import Config
from signaling_server.domain.calls import Observers
from signaling_server.domain.lobby import Lobby
from signaling_server.domain.relay_access import RelayAccess
from signaling_server.domain.sessions import Grace
from signaling_server.observability.metrics import Metrics
from signaling_server.transport import listening
from signaling_server.transport.arrivals import Arrivals
from signaling_server.transport.http import WEBSOCKET_PATH, make_application
from signaling_server.transport.online_news import tell_how_many
from signaling_server.transport.switchboard import Switchboard
from signaling_server.transport.websocket import WebSocketEndpoint

_SHUTDOWN_S = 3.0


@dataclass(frozen=True)
class Server:
    """A server that listens. pass_time is for a clock that a test moves by hand."""

    urls: list[str]
    lobby: Lobby
    pass_time: Callable[[], None]


@asynccontextmanager
async def running_server(
    config: Config,
    clock: Callable[[], float] = time.monotonic,
    random: Random | None = None,
) -> AsyncIterator[Server]:
    """Listen as long as the context lasts; on its way out every client is told.

    clock and random steer the pairing only. CannotListen when the address or the certificate
    cannot be used.
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
    lobby = Lobby(
        clock,
        random,
        MemoryLine(random),
        grace,
        observers,
        _relay(config),
        pools=[pool.name for pool in config.pools],
        window_s=config.window_ms / 1_000,
    )
    metrics.watch(lobby)
    switchboard = Switchboard(lobby, clock, metrics)
    arrivals = Arrivals(config.hello_timeout_s)
    endpoint = WebSocketEndpoint(
        lobby, switchboard, config, metrics, arrivals, random, time.monotonic
    )
    application = make_application(lobby, metrics, endpoint)
    news = asyncio.create_task(tell_how_many(lobby, switchboard, config.online_interval_s))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        assert runner.server is not None
        sockets = listening.listen(config.host, config.port)
        urls = [listening.url_of(bound, WEBSOCKET_PATH, tls=tls is not None) for bound in sockets]
        async with listening.serving(
            sockets, arrivals.watch(runner.server), tls, arrivals.within_s
        ):
            yield Server(urls, lobby, switchboard.pass_time)
    finally:
        news.cancel()
        arrivals.close()
        switchboard.close()
        endpoint.close()
        await runner.cleanup()


def _relay(config: Config) -> RelayAccess | None:
    if config.turn is None:
        return None
    return RelayAccess(config.turn.urls, config.turn.secret, config.turn.ttl_s, time.time)
