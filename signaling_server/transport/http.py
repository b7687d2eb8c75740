"""The pages beside the WebSocket: a greeting, health and readiness."""

from aiohttp import web

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.versions import VERSIONS
from signaling_server.transport.websocket import WebSocketEndpoint

WEBSOCKET_PATH = "/v1/ws"

_ANYBODY = {"Access-Control-Allow-Origin": "*"}


def make_application(lobby: Lobby, endpoint: WebSocketEndpoint) -> web.Application:
    """Return what is served on the server's one port."""

    async def greeting(_: web.Request) -> web.Response:
        return web.Response(
            text=f"This is a Passerby server; applications connect to {WEBSOCKET_PATH}.\n"
        )

    async def health(_: web.Request) -> web.Response:
        return web.json_response(
            {"status": "ok", "online": lobby.online, "versions": list(VERSIONS)}, headers=_ANYBODY
        )

    async def readiness(_: web.Request) -> web.Response:
        """200 while clients are let in, 503 otherwise: for a proxy to choose by."""
        ready = endpoint.is_open
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    application = web.Application()
    application.router.add_get("/", greeting)
    application.router.add_get("/healthz", health)
    application.router.add_get("/readyz", readiness)
    application.router.add_get(WEBSOCKET_PATH, endpoint.serve)
    return application
