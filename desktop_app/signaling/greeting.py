"""The first words on a socket: the server's challenge, our hello, its welcome."""

import asyncio

import aiohttp
from yarl import URL

from desktop_app.core import VERSION
from desktop_app.signaling.address import ServerAddress
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.continuation import Continuation
from desktop_app.signaling.frames import decoded
from desktop_app.signaling.link import LinkProblem
from desktop_app.signaling.refusal import Refused, refusal_of_close, refusal_of_error
from desktop_app.signaling.wire_socket import WireSocket
from signaling_server.protocol.codec import encode
from signaling_server.protocol.messages import (
    Challenge,
    Hello,
    ServerMessage,
    SessionError,
    Welcome,
)
from signaling_server.protocol.proofs import solve
from signaling_server.protocol.versions import VERSIONS, Feature

ANSWER_WITHIN_S = 10.0
CHALLENGE_WITHIN_S = 2.0
"""The challenge comes with the upgrade; a server that is silent longer wants the hello first."""
CHALLENGES_MAX = 3
"""A server that asks for more is not answered any more."""
FEATURES = (
    Feature.PAIRED_DESCRIPTIONS,
    Feature.RELAY,
    Feature.INTERESTS,
    Feature.REPLACING_CONNECTIONS,
    Feature.ACKNOWLEDGED,
)


async def greet(
    socket: WireSocket, address: ServerAddress, keys: KeyRing | None, continuation: Continuation
) -> Welcome:
    """Answer the challenge with a hello and return the welcome, or raise Refused."""
    host = (URL(address.socket_url).raw_host or "").lower()
    try:
        message = await _first_said(socket)
        for _ in range(CHALLENGES_MAX):
            if message is not None and not isinstance(message, Challenge):
                break
            await socket.send(encode(await _hello(message, host, keys, continuation)))
            async with asyncio.timeout(ANSWER_WITHIN_S):
                message = await _next_said(socket)
            if message is None:
                break
    except TimeoutError as error:
        raise Refused(LinkProblem.NO_SUCH_SERVER) from error
    except (aiohttp.ClientError, ConnectionError) as error:
        raise Refused(LinkProblem.LOST) from error
    if isinstance(message, Welcome):
        if message.version not in VERSIONS:
            raise Refused(LinkProblem.VERSION, final=True)
        return message
    if isinstance(message, SessionError):
        raise refusal_of_error(message)
    raise refusal_of_close(socket.close_code)


async def _first_said(socket: WireSocket) -> ServerMessage | None:
    """Return what the server begins with, or None where it waits for a hello."""
    try:
        async with asyncio.timeout(CHALLENGE_WITHIN_S):
            return decoded(await socket.text())
    except TimeoutError:
        return None


async def _next_said(socket: WireSocket) -> ServerMessage | None:
    """Return the next message that can be read, None at the end: its close code says why."""
    while (text := await socket.text()) is not None:
        if (message := decoded(text)) is not None:
            return message
    return None


async def _hello(
    challenge: Challenge | None, host: str, keys: KeyRing | None, continuation: Continuation
) -> Hello:
    """Return the hello; work takes up to 100 ms and is done on a thread of its own."""
    key = None if keys is None else keys.key
    work = []
    if challenge is not None and challenge.work:
        work = await asyncio.to_thread(solve, challenge.nonce, challenge.work)
    return Hello(
        versions=list(VERSIONS),
        features=list(FEATURES),
        client=f"Passerby {VERSION}",
        key=None if key is None else key.public,
        signature=None if key is None or challenge is None else key.sign(challenge.nonce, host),
        work=work,
        resume=continuation.resume,
        received=continuation.received,
        ticket=continuation.ticket,
    )
