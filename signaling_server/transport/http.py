"""The pages beside the WebSocket: a greeting, health and readiness."""

from collections.abc import Callable

from aiohttp import web

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.versions import VERSIONS
from signaling_server.transport.client_address import parse_address
from signaling_server.transport.websocket import WebSocketEndpoint

WEBSOCKET_PATH = "/v1/ws"

_ANYBODY = {"Access-Control-Allow-Origin": "*"}


_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For")


def make_application(
    lobby: Lobby, endpoint: WebSocketEndpoint, figures_url: Callable[[], str]
) -> web.Application:
    """Return what is served on the server's one port.

    figures_url is where the figures are, empty where there are none.
    """

    async def greeting(_: web.Request) -> web.Response:
        return web.Response(
            text=f"This is a Passerby server; applications connect to {WEBSOCKET_PATH}.\n"
        )

    async def health(_: web.Request) -> web.Response:
        return web.json_response(
            {"status": "ok", "online": lobby.online, "versions": list(VERSIONS)}, headers=_ANYBODY
        )

    async def readiness(_: web.Request) -> web.Response:
        """200 until the server stops, 503 from then on: for a proxy to choose by.

        A full one is ready: it tells who comes when to come back, which no proxy can.
        """
        ready = endpoint.is_open
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def figures(request: web.Request) -> web.Response:
        """Show somebody on this machine the way to the figures; there is none for the world."""
        if figures_url() and _is_of_this_machine(request):
            raise web.HTTPTemporaryRedirect(figures_url())
        raise web.HTTPNotFound

    async def one_answer(_: web.Request, response: web.StreamResponse) -> None:
        """A connection asks for one page, so that its address's connections bound the questions."""
        if not isinstance(response, web.WebSocketResponse):
            response.force_close()

    application = web.Application()
    application.on_response_prepare.append(one_answer)
    application.router.add_get("/", greeting)
    application.router.add_get("/healthz", health)
    application.router.add_get("/readyz", readiness)
    application.router.add_get("/metrics", figures)
    application.router.add_get(WEBSOCKET_PATH, endpoint.serve)
    return application


def _is_of_this_machine(request: web.Request) -> bool:
    """Whether it comes from here, and from no proxy here as far as one can see."""
    address = parse_address(request.remote or "")
    forwarded = any(name in request.headers for name in _FORWARDED)
    return address is not None and address.is_loopback and not forwarded
