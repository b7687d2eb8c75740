"""The sockets the server listens on."""

import asyncio
import errno
import ipaddress
import select
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from signaling_server.domain.door import Address
from signaling_server.observability.logs import logger
from signaling_server.observability.tasks import lasting_task
from signaling_server.transport.client_address import peer_address

BACKLOG = 4_096
_EVERYWHERE = ("0.0.0.0", "::")
_NO_SUCH_FAMILY = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT}

_ACCEPT_AGAIN_AFTER_S = 0.1
_SHORTAGE_SAID_EVERY_S = 60.0

log = logger(__name__)


class Arriving(asyncio.Protocol):
    """What a connection talks to at first."""

    def end_unless_made(self) -> None:
        """There is no connection after all; nothing happens where there has been one."""


Protocols = Callable[[Address | None], Arriving | None]
"""Makes what a connection talks to; None turns it away."""


class CannotListen(Exception):
    """The address or port cannot be had; the text says which and why, in one sentence."""


def bind(hosts: list[str], port: int, *, share_port: bool = False) -> list[socket.socket]:
    """Return bound sockets, all on one port; without hosts on every address of the machine.

    A family that the machine lacks is passed over where no host is named. port 0 takes a
    free one. share_port lets other processes of this user have the same port; the system then
    spreads connections over all that listen.
    """
    sockets: list[socket.socket] = []
    try:
        for host in hosts or _EVERYWHERE:
            for family, address in _addresses(host):
                try:
                    bound = _bind(family, address, port, share_port)
                except OSError as error:
                    if not hosts and error.errno in _NO_SUCH_FAMILY:
                        continue
                    raise CannotListen(_sentence(address, port, error)) from error
                sockets.append(bound)
                port = bound.getsockname()[1]
        if not sockets:
            raise CannotListen("This machine has neither IPv4 nor IPv6.")
    except CannotListen:
        for opened in sockets:
            opened.close()
        raise
    return sockets


def listen(hosts: list[str], port: int, *, share_port: bool = False) -> list[socket.socket]:
    """Return sockets as bind does that listen, or raise CannotListen."""
    sockets = bind(hosts, port, share_port=share_port)
    for bound in sockets:
        try:
            bound.listen(BACKLOG)
        except OSError as error:
            address, port = bound.getsockname()[:2]
            for opened in sockets:
                opened.close()
            raise CannotListen(_sentence(address, port, error)) from error
    return sockets


@asynccontextmanager
async def serving(
    sockets: list[socket.socket],
    protocols: Protocols,
    tls: ssl.SSLContext | None,
    handshake_within_s: float,
) -> AsyncIterator[None]:
    """Accept connections on listening sockets as long as the context lasts, then close them.

    Behind TLS protocols is asked with the address, so that it is known before any handshake.
    """
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as servers:
        for bound in sockets:
            if tls is None:
                server = await loop.create_server(
                    lambda: protocols(None) or _TurnedAway(), sock=bound, backlog=BACKLOG
                )
                servers.callback(server.close)
            else:
                accepting = _TlsAccepting(bound, protocols, tls, handshake_within_s)
                servers.push_async_callback(accepting.close)
        yield


def has_gone(connection: int) -> bool:
    """Whether the other side of a connection, by its file number, has closed it already.

    Where more come than can be answered, most of those in the queue have lost patience and come
    again: to answer them as well would leave no time for those who still wait. False where the
    system does not tell (Windows).
    """
    if not hasattr(select, "poll"):
        return False
    looking = select.poll()
    looking.register(connection, getattr(select, "POLLRDHUP", 0))
    return bool(looking.poll(0))


class _TlsAccepting:
    """Accepts connections on one socket and shakes hands with each beside the others."""

    def __init__(
        self,
        bound: socket.socket,
        protocols: Protocols,
        tls: ssl.SSLContext,
        handshake_within_s: float,
    ) -> None:
        self._bound = bound
        self._protocols = protocols
        self._tls = tls
        self._within_s = handshake_within_s
        self._loop = asyncio.get_running_loop()
        self._handshakes: set[asyncio.Task[None]] = set()
        self._shortage_said_at: float | None = None
        self._accepting = lasting_task(self._accept())

    async def close(self) -> None:
        tasks = [self._accepting, *self._handshakes]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._bound.close()

    async def _accept(self) -> None:
        while True:
            try:
                connection, peername = await self._loop.sock_accept(self._bound)
            except OSError as error:
                # Gone before it was accepted, or no file is left, as asyncio itself waits then.
                self._say_shortage(error)
                await asyncio.sleep(_ACCEPT_AGAIN_AFTER_S)
                continue
            try:
                self._welcome(connection, peer_address(peername))
            except Exception:
                # One connection's trouble is not that of the others.
                log.exception("a connection could not be taken")
                connection.close()
            # Without uvloop sock_accept does not wait while there are more, and nobody else runs.
            await asyncio.sleep(0)

    def _welcome(self, connection: socket.socket, peer: Address) -> None:
        protocol = None if has_gone(connection.fileno()) else self._protocols(peer)
        if protocol is None:
            connection.close()
            return
        task = self._loop.create_task(self._shake_hands(connection, protocol))
        self._handshakes.add(task)
        task.add_done_callback(self._handshakes.discard)

    def _say_shortage(self, error: OSError) -> None:
        now, said_at = self._loop.time(), self._shortage_said_at
        is_said = said_at is not None and now - said_at < _SHORTAGE_SAID_EVERY_S
        if error.errno != errno.ECONNABORTED and not is_said:
            self._shortage_said_at = now
            log.warning("connections cannot be taken", reason=error.strerror)

    async def _shake_hands(self, connection: socket.socket, protocol: Arriving) -> None:
        try:
            await self._loop.connect_accepted_socket(
                lambda: protocol,
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=self._within_s,
            )
        except (OSError, TimeoutError):
            connection.close()
        except Exception:
            log.exception("a connection could not be taken")
            connection.close()
        finally:
            protocol.end_unless_made()


class _TurnedAway(asyncio.Protocol):
    """There are too many connections already."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.abort()  # type: ignore[attr-defined]  # a socket's transport has it


def url_of(listening: socket.socket, path: str, *, tls: bool) -> str:
    """Return the WebSocket address of a listening socket."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if listening.family == socket.AF_INET6 else host
    return f"{'wss' if tls else 'ws'}://{shown}:{port}{path}"


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    """Return a server context for these PEM files, or raise CannotListen."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        raise CannotListen(
            f"tls_cert {certificate} and tls_key {key} are no certificate and its key in PEM that "
            f"can be used: {error}."
        ) from error
    return context


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return [(socket.AF_INET6 if literal.version == 6 else socket.AF_INET, host)]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        # The second for what no name in the world looks like.
        raise CannotListen(f"host {host!r} is not a name of this machine: {error}.") from error
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _bind(family: socket.AddressFamily, address: str, port: int, share_port: bool) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share_port:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    return bound


def _sentence(address: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {address} is in use by another program; choose one with --port."
    return f"Cannot listen on {address} port {port}: {error.strerror}."
