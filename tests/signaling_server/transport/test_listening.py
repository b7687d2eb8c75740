import asyncio
import errno
import os
import ssl
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from signaling_server.bootstrap import running_server
from signaling_server.config.model import Config
from signaling_server.protocol.errors import CloseCode, ErrorCode
from signaling_server.protocol.messages import SessionError
from signaling_server.transport import listening
from signaling_server.transport.listening import CannotListen
from tests.signaling_server.transport.raw_socket import RawSocket
from tests.signaling_server.wire_client import DEADLINE_S, WireClient


async def meet(url_of_ann: str, url_of_bob: str) -> None:
    async with WireClient(url_of_ann) as ann, WireClient(url_of_bob) as bob:
        for client in (ann, bob):
            await client.hello()
            await client.join()
        assert (await ann.matched()).call == (await bob.matched()).call


async def test_ipv4_and_ipv6_meet_on_one_port():
    async with running_server(Config(port=0)) as server:
        assert len(server.urls) == 2
        ipv4 = server.urls[0].replace("0.0.0.0", "127.0.0.1")
        ipv6 = server.urls[1].replace("[::]", "[::1]")
        assert ipv4.rsplit(":", 1)[1] == ipv6.rsplit(":", 1)[1]
        await meet(ipv4, ipv6)


async def test_a_machine_without_ipv6_listens_on_ipv4(monkeypatch: pytest.MonkeyPatch):
    real_bind = listening._bind

    def without_ipv6(family, address, port, share_port):
        if family == listening.socket.AF_INET6:
            raise OSError(listening.errno.EAFNOSUPPORT, "no IPv6 here")
        return real_bind(family, address, port, share_port)

    monkeypatch.setattr(listening, "_bind", without_ipv6)

    async with running_server(Config(port=0)) as server:
        assert [url.startswith("ws://0.0.0.0:") for url in server.urls] == [True]
    with pytest.raises(CannotListen):
        listening.listen(["::1"], 0)


async def test_a_name_stands_for_all_its_addresses():
    async with running_server(Config(host=["localhost"], port=0)) as server:
        await meet(server.urls[0], server.urls[-1])


def test_a_port_in_use_is_told_in_one_sentence():
    taken = listening.listen(["127.0.0.1"], 0)
    port = taken[0].getsockname()[1]
    try:
        with pytest.raises(CannotListen, match=f"^Port {port} on 127.0.0.1 is in use"):
            listening.listen(["127.0.0.1"], port)
    finally:
        taken[0].close()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "no..name", "a" * 70])
def test_an_unknown_host_is_told_in_one_sentence(host: str):
    with pytest.raises(CannotListen, match="is not a name of this machine"):
        listening.listen([host], 0)


async def test_tls_with_a_certificate_of_ones_own(certificate: tuple[Path, Path]):
    cert, key = certificate
    config = Config(host=["127.0.0.1"], port=0, tls_cert=str(cert), tls_key=str(key))
    trusting = ssl.create_default_context(cafile=str(cert))

    async with running_server(config) as server:
        assert server.urls[0].startswith("wss://127.0.0.1:")
        async with WireClient(server.urls[0], ssl=trusting) as ann:
            await ann.hello()
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            async with WireClient(server.urls[0]):
                pass


async def test_neither_a_fault_nor_a_shortage_makes_the_tls_port_deaf(
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    loop, made = asyncio.get_running_loop(), asyncio.Event()
    accept = loop.sock_accept
    shortages = [errno.EMFILE, errno.EMFILE]
    faults = [ValueError("of one connection")]

    class Greeted(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            made.set()

    async def accept_later(bound):
        if shortages:
            number = shortages.pop()
            raise OSError(number, os.strerror(number))
        return await accept(bound)

    def protocols(_: object) -> asyncio.Protocol:
        if faults:
            raise faults.pop()
        return Greeted()

    monkeypatch.setattr(loop, "sock_accept", accept_later)
    (bound,) = listening.listen(["127.0.0.1"], 0)
    port, tls = bound.getsockname()[1], listening.tls_context(*map(str, certificate))
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    async with listening.serving([bound], protocols, tls, DEADLINE_S), asyncio.timeout(DEADLINE_S):
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        await made.wait()
        writer.transport.abort()

    levels = [record.levelname for record in caplog.records if record.name == listening.__name__]
    assert levels == ["WARNING", "ERROR"]


async def test_a_key_that_cannot_be_used_is_named(tmp_path: Path, certificate: tuple[Path, Path]):
    (tmp_path / "other.pem").write_text("no key", encoding="utf-8")
    with pytest.raises(CannotListen, match=r"other\.pem"):
        listening.tls_context(str(certificate[0]), str(tmp_path / "other.pem"))


async def test_a_stopping_server_tells_everybody_and_waits_for_nobody():
    async with AsyncExitStack() as clients:
        async with running_server(Config(host=["127.0.0.1"], port=0)) as server:
            ann = await clients.enter_async_context(WireClient(server.urls[0]))
            await ann.hello()
            # It never reads and never answers the close.
            await clients.enter_async_context(RawSocket(server.urls[0]))
            farewell = asyncio.create_task(farewell_to(ann))

        error, code = await farewell
        assert error.retry_after_s is not None and error.retry_after_s > 0
        assert code == CloseCode.GOING_AWAY


async def farewell_to(client: WireClient) -> tuple[SessionError, int | None]:
    return await client.refused(ErrorCode.SHUTTING_DOWN), await client.closed()
