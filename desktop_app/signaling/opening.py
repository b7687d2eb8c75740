"""Opening a socket to the server over a network that may be gone, and come back at any moment."""

import asyncio
import contextvars
import socket as sockets
import ssl
from collections.abc import Iterable

import aiohttp

from desktop_app.signaling.address import ServerAddress
from desktop_app.signaling.http import PROXY_FAILURES, opened_sockets
from desktop_app.signaling.link import CLOSE_WITHIN_S, LinkProblem
from desktop_app.signaling.reaching import is_answered
from desktop_app.signaling.refusal import Refused, problem_of_status
from signaling_server.protocol import limits

CHALLENGE_QUERY = "?challenge=1"
OPEN_WITHIN_S = 10.0
ANOTHER_AFTER_S = 0.5
ATTEMPTS_MAX = 3
"""Another attempt joins those under way, or takes the place of one that has reached nobody: a
system repeats what was lost ever more rarely, after up to 4 s here."""
HEARTBEAT_S = 10.0
"""A socket without an answer to a ping for half of this is given up."""

Socket = aiohttp.ClientWebSocketResponse


class _Attempt:
    """One way to the server on trial."""

    def __init__(
        self, http: aiohttp.ClientSession, address: ServerAddress, tls: ssl.SSLContext | None
    ) -> None:
        self._opened: list[sockets.socket] = []
        context = contextvars.copy_context()
        context.run(opened_sockets.set, self._opened)
        self.task = asyncio.create_task(_attempt(http, address, tls), context=context)

    @property
    def hangs(self) -> bool:
        """Whether nobody answers its sockets; a server whose system does may be slow."""
        return bool(self._opened) and not any(map(is_answered, self._opened))


async def open_socket(
    http: aiohttp.ClientSession, address: ServerAddress, tls: ssl.SSLContext | None
) -> Socket:
    """Return the first socket of several attempts, or raise Refused as the first that fails.

    The first attempt is left all its time: the way may be a slow one. The socket does not answer
    pings by itself.
    """
    attempts = [_Attempt(http, address, tls)]
    try:
        while True:
            done, _ = await asyncio.wait(
                [attempt.task for attempt in attempts],
                timeout=ANOTHER_AFTER_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                attempts = [attempt for attempt in attempts if attempt.task is not task]
                return task.result()
            if len(attempts) == ATTEMPTS_MAX:
                hanging = next((attempt for attempt in attempts[1:] if attempt.hangs), None)
                if hanging is None:
                    continue
                attempts.remove(hanging)
                await _give_up([hanging])
            attempts.append(_Attempt(http, address, tls))
    finally:
        await _give_up(attempts)


async def _attempt(
    http: aiohttp.ClientSession, address: ServerAddress, tls: ssl.SSLContext | None
) -> Socket:
    try:
        async with asyncio.timeout(OPEN_WITHIN_S):
            return await http.ws_connect(
                address.socket_url + CHALLENGE_QUERY,
                ssl=tls if tls is not None else True,
                heartbeat=HEARTBEAT_S,
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN_S),
                # aiohttp refuses what is as long as the limit.
                max_msg_size=limits.FRAME_MAX_BYTES + 1,
            )
    except PROXY_FAILURES as error:
        raise Refused(LinkProblem.PROXY) from error
    except (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError) as error:
        raise Refused(LinkProblem.CERTIFICATE, final=True) from error
    except aiohttp.ClientConnectorSSLError as error:
        raise Refused(LinkProblem.CERTIFICATE) from error
    except aiohttp.WSServerHandshakeError as error:
        raise Refused(problem_of_status(error.status)) from error
    except aiohttp.ClientConnectorError as error:
        unheard = not isinstance(error.os_error, ConnectionError)
        raise Refused(LinkProblem.UNREACHABLE, unheard=unheard) from error
    except TimeoutError as error:
        raise Refused(LinkProblem.UNREACHABLE, unheard=True) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Refused(LinkProblem.UNREACHABLE) from error


async def _give_up(attempts: Iterable[_Attempt]) -> None:
    """End what is under way; a socket that has just opened is closed."""
    tasks = [attempt.task for attempt in attempts]
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Socket):
            await result.close()
