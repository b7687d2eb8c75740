"""Asks whether a server answers at an address, before a person chooses it."""

import asyncio
import importlib
import ssl
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from desktop_app.host.proxy import system_proxy
from desktop_app.signaling.address import BadAddress, is_private, parse_address
from desktop_app.signaling.link import LinkProblem
from desktop_app.signaling.proxy import FindProxy
from desktop_app.signaling.refusal import problem_of_status
from signaling_server.protocol.versions import choose_version

CHECK_TIMEOUT_S = 5.0
ANSWER_MAX_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """url is the normalised address; online counts people, set when ok."""

    url: str
    ok: bool
    online: int | None = None
    problem: LinkProblem | None = None


class _Health(msgspec.Struct):
    online: int
    versions: list[int]


async def check_server(
    url: str, *, plain_accepted: bool = False, find_proxy: FindProxy = system_proxy
) -> ServerCheck:
    """Return what answers there; every failure is a problem in the result, never raised."""
    try:
        address = parse_address(url)
    except BadAddress:
        return ServerCheck(url, ok=False, problem=LinkProblem.BAD_ADDRESS)
    # Half a second where it is the first that needs them.
    await asyncio.to_thread(importlib.import_module, "desktop_app.signaling.http")
    import aiohttp

    from desktop_app.signaling.http import PROXY_FAILURES, open_http, read_body
    from desktop_app.trust import tls_context

    try:
        if not (address.secure or plain_accepted or await is_private(address.host)):
            return ServerCheck(address.url, ok=False, problem=LinkProblem.PLAIN_REFUSED)
        timeout = aiohttp.ClientTimeout(total=CHECK_TIMEOUT_S)
        tls = tls_context() if address.secure else True
        async with (
            await open_http(address, find_proxy, timeout) as http,
            http.get(address.health_url, allow_redirects=False, ssl=tls) as answer,
        ):
            if answer.status != HTTPStatus.OK:
                problem = problem_of_status(answer.status)
                return ServerCheck(address.url, ok=False, problem=problem)
            body = await read_body(answer, ANSWER_MAX_BYTES)
        health = msgspec.json.decode(body, type=_Health)
    except PROXY_FAILURES:
        return ServerCheck(address.url, ok=False, problem=LinkProblem.PROXY)
    except (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError):
        return ServerCheck(address.url, ok=False, problem=LinkProblem.CERTIFICATE)
    except (aiohttp.ClientError, OSError, TimeoutError):
        return ServerCheck(address.url, ok=False, problem=LinkProblem.UNREACHABLE)
    except ValueError:
        return ServerCheck(address.url, ok=False, problem=LinkProblem.NO_SUCH_SERVER)
    if choose_version(health.versions) is None:
        return ServerCheck(address.url, ok=False, problem=LinkProblem.VERSION)
    return ServerCheck(address.url, ok=True, online=health.online)
