"""/metrics, on an address of its own that the world does not reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from signaling_server.observability.logs import logger
from signaling_server.observability.metrics import Metrics

log = logger(__name__)


@asynccontextmanager
async def serving_figures(metrics: Metrics, host: str, port: int) -> AsyncIterator[str]:
    """Serve the figures as long as the context lasts, and give their address.

    The address is empty where it is in use: people come before figures.
    """

    async def figures(_: web.Request) -> web.Response:
        return web.Response(
            body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"}
        )

    application = web.Application()
    application.router.add_get("/metrics", figures)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        url = ""
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, UnicodeError) as error:
            log.warning(
                "no figures: metrics_host and metrics_port cannot be used",
                host=host,
                port=port,
                cause=str(error),
            )
        else:
            bound = runner.addresses[0]
            shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
            url = f"http://{shown}:{bound[1]}/metrics"
        yield url
    finally:
        await runner.cleanup()
