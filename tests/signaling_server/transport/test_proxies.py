"""Real proxies with the configurations of docs/deploy, and headers as others send them."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from multidict import CIMultiDict, CIMultiDictProxy

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config, ProxyHeader
from signaling_server.protocol.messages import Challenge
from signaling_server.transport.client_address import ProxyTrust
from signaling_server.transport.proxy_preamble import BadPreamble, read_preamble
from tests.signaling_server.wire_client import DEADLINE_S, WireClient

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy"
CLIENT = "127.0.9.9"
PROXY, OTHER_PROXY, EVE = ip_address("10.0.0.1"), ip_address("10.0.0.2"), ip_address("198.51.100.6")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    key, chain = tmp_path / "passerby.key", tmp_path / "passerby.crt"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-keyout",
            key,
            "-out",
            chain,
        ],
        check=True,
        capture_output=True,
    )
    (tmp_path / "passerby.pem").write_text(chain.read_text() + key.read_text())
    return key, chain


@asynccontextmanager
async def listening(command: list[str], port: int) -> AsyncIterator[None]:
    """Run a proxy until the context ends; it is there once it takes connections."""
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                assert process.returncode is None
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except ConnectionError:
                    await asyncio.sleep(0)
                else:
                    writer.close()
                    break
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def haproxy(text: str, folder: Path, port: int, server: str) -> list[str]:
    for old, new in (
        (":443", f"127.0.0.1:{port}"),
        ("/etc/haproxy/", f"{folder}/"),
        ("maxconn 40000", "maxconn 100"),
        ("127.0.0.1:8765", server),
    ):
        assert old in text
        text = text.replace(old, new)
    file = folder / "haproxy.cfg"
    file.write_text(text)
    return ["haproxy", "-q", "-f", str(file)]


def nginx(text: str, folder: Path, port: int, server: str) -> list[str]:
    for old, new in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/nginx/", f"{folder}/"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
        ("worker_processes auto;", "worker_processes 1; daemon off; error_log stderr;"),
        ("worker_rlimit_nofile 80000;", ""),
        # Who is not root may not use the folders that it was built with.
        ("access_log off;", "access_log off; " + temporary_folders(folder)),
        ("worker_connections 40000", "worker_connections 100"),
        ("127.0.0.1:8765", server),
    ):
        assert old in text
        text = text.replace(old, new)
    file = folder / "nginx.conf"
    file.write_text(text)
    return ["nginx", "-p", str(folder), "-c", str(file)]


def temporary_folders(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)


def by_preamble(version: str) -> Any:
    def configure(text: str, folder: Path, port: int, server: str) -> list[str]:
        text = text.replace("    option forwardfor\n", "")
        text = text.replace(
            "one 127.0.0.1:8765\n", f"one 127.0.0.1:8765 {version} check-send-proxy\n"
        )
        return haproxy(text, folder, port, server)

    return configure


@pytest.mark.parametrize(
    ("file", "configure", "header"),
    [
        ("haproxy.cfg", haproxy, ProxyHeader.X_FORWARDED_FOR),
        ("haproxy.cfg", by_preamble("send-proxy"), ProxyHeader.PROXY_PROTOCOL),
        ("haproxy.cfg", by_preamble("send-proxy-v2"), ProxyHeader.PROXY_PROTOCOL),
        ("nginx.conf", nginx, ProxyHeader.X_FORWARDED_FOR),
    ],
    ids=["haproxy", "haproxy, PROXY 1", "haproxy, PROXY 2", "nginx"],
)
async def test_a_proxy_tells_who_the_client_is_and_keeps_the_name_of_the_server(
    file: str,
    configure: Any,
    header: ProxyHeader,
    tmp_path: Path,
    certificate: tuple[Path, Path],
    unused_tcp_port: int,
):
    if shutil.which(file.split(".")[0]) is None:
        pytest.skip(f"{file.split('.')[0]} is not installed")
    config = Config(
        host=["127.0.0.1"],
        port=0,
        metrics_port=0,
        trusted_proxies=["127.0.0.1"],
        proxy_header=header,
    )
    async with running_server(config) as server:
        address = server.urls[0].removeprefix("ws://").removesuffix("/v1/ws")
        text = (DEPLOY / file).read_text(encoding="utf-8")
        command = configure(text, tmp_path, unused_tcp_port, address)
        async with listening(command, unused_tcp_port):
            await see_a_client_through(server, unused_tcp_port)


async def see_a_client_through(server: Server, port: int) -> None:
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    url = f"wss://localhost:{port}/v1/ws?challenge=1"
    forged = {"X-Forwarded-For": str(EVE), "Forwarded": f"for={EVE}"}
    connector = aiohttp.TCPConnector(local_addr=(CLIENT, 0), family=socket.AF_INET)
    async with WireClient(url, connector, ssl=tls, headers=forged) as ann:
        challenge = await ann.receive(Challenge)
        key = Ed25519PrivateKey.generate()
        welcome = await ann.hello(key=key, challenge=challenge)
        peer = server.lobby.peer_with(welcome.resume)
        assert peer is not None and peer.person
        assert peer.network == "127.0.9.0/24"
        async with aiohttp.ClientSession() as http:
            async with http.get(f"https://localhost:{port}/healthz", ssl=tls) as response:
                assert (await response.json())["online"] == 1
            for hidden in ("metrics", "readyz"):
                async with http.get(f"https://localhost:{port}/{hidden}", ssl=tls) as response:
                    assert response.status == 404


def client(header: ProxyHeader, peer: Any, *lines: str) -> str:
    trust = ProxyTrust([ip_network("10.0.0.0/8")], header)
    name = "Forwarded" if header is ProxyHeader.FORWARDED else "X-Forwarded-For"
    headers = CIMultiDictProxy(CIMultiDict([(name, line) for line in lines]))
    return str(trust.client_behind(peer, headers))


@pytest.mark.parametrize(
    ("peer", "lines", "expected"),
    [
        (EVE, ["192.0.2.1"], str(EVE)),
        (PROXY, ["192.0.2.1"], "192.0.2.1"),
        (PROXY, ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        (PROXY, ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        (PROXY, [f"6.6.6.6, 192.0.2.1, {OTHER_PROXY}"], "192.0.2.1"),
        (PROXY, ["192.0.2.1:4711"], "192.0.2.1"),
        (PROXY, ["[2001:db8::1]:4711"], "2001:db8::1"),
        (PROXY, ["2001:db8::1"], "2001:db8::1"),
        (PROXY, ["::ffff:192.0.2.1"], "192.0.2.1"),
        (PROXY, ["6.6.6.6, unknown"], str(PROXY)),
        (PROXY, [""], str(PROXY)),
        (PROXY, [], str(PROXY)),
    ],
)
def test_the_last_address_that_is_no_proxy_counts(peer: Any, lines: list[str], expected: str):
    assert client(ProxyHeader.X_FORWARDED_FOR, peer, *lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["for=192.0.2.1"], "192.0.2.1"),
        (['by=10.0.0.1;For="[2001:db8::1]:4711";proto=https'], "2001:db8::1"),
        (["for=6.6.6.6, for=192.0.2.1"], "192.0.2.1"),
        (["for=192.0.2.1, for=10.0.0.9"], "192.0.2.1"),
        (["for=_hidden"], str(PROXY)),
        (["proto=https"], str(PROXY)),
    ],
)
def test_the_standard_header_is_read_likewise(lines: list[str], expected: str):
    assert client(ProxyHeader.FORWARDED, PROXY, *lines) == expected


def test_a_header_that_is_not_the_configured_one_counts_for_nothing():
    trust = ProxyTrust([ip_network("10.0.0.0/8")], ProxyHeader.FORWARDED)
    forged = CIMultiDictProxy(CIMultiDict({"X-Forwarded-For": str(EVE)}))

    assert trust.client_behind(PROXY, forged) == PROXY


V2 = b"\r\n\r\n\x00\r\nQUIT\n"


@pytest.mark.parametrize(
    ("data", "address"),
    [
        (b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\n", "192.0.2.1"),
        (b"PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n", "2001:db8::1"),
        (b"PROXY UNKNOWN\r\n", None),
        (V2 + b"\x21\x11\x00\x0c\xc0\x00\x02\x01\x0a\x00\x00\x01\x12\x34\x01\xbb", "192.0.2.1"),
        (V2 + b"\x20\x00\x00\x00", None),
        (V2 + b"\x21\x31\x00\x00", None),
    ],
)
def test_a_proxy_header_is_read_however_it_is_cut(data: bytes, address: str | None):
    for length in range(len(data)):
        assert read_preamble(data[:length]) is None

    expected = None if address is None else ip_address(address)
    assert read_preamble(data + b"GET /") == (expected, len(data))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"PROXY TCP4 nobody 10.0.0.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.1\r\n",
        b"PROXY " + b"x" * 200,
        V2 + b"\x31\x11\x00\x0c",
        V2 + b"\x21\x11\xff\xff",
        V2 + b"\x21\x11\x00\x01\x01",
    ],
)
def test_what_is_no_proxy_header_is_refused(data: bytes):
    with pytest.raises(BadPreamble):
        read_preamble(data)
