"""The pages beside the WebSocket: a greeting, health and figures."""

from aiohttp import web

from signaling_server.domain.lobby import Lobby
from signaling_server.observability.metrics import Metrics
from signaling_server.protocol.versions import VERSIONS
from signaling_server.transport.websocket import WebSocketEndpoint

WEBSOCKET_PATH = "/v1/ws"

_ANYBODY = {"Access-Control-Allow-Origin": "*"}


def make_application(
    lobby: Lobby, metrics: Metrics, endpoint: WebSocketEndpoint
) -> web.Application:
    """Return what is served on the server's one port."""

    async def greeting(_: web.Request) -> web.Response:
        return web.Response(
            text=f"This is a Passerby server; applications connect to {WEBSOCKET_PATH}.\n"
        )

    async def health(_: web.Request) -> web.Response:
        return web.json_response(
            {"status": "ok", "online": lobby.online, "versions": list(VERSIONS)}, headers=_ANYBODY
        )

    async def figures(_: web.Request) -> web.Response:
        return web.Response(
            body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"}
        )

    application = web.Application()
    application.router.add_get("/", greeting)
    application.router.add_get("/healthz", health)
    application.router.add_get("/metrics", figures)
    application.router.add_get(WEBSOCKET_PATH, endpoint.serve)
    return application
