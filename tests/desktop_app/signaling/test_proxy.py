"""The client end of the socket through a real proxy."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.session.server_check import check_server
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.link import Link, LinkProblem, LinkState
from tests.server_process import running_server

DEADLINE_S = 10.0

needs_proxy = pytest.mark.skipif(shutil.which("tinyproxy") is None, reason="needs tinyproxy")


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The url of a tinyproxy on loopback, and the log of what it was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "proxy.log"
    settings = tmp_path / "proxy.conf"
    settings.write_text(f'Port {port}\nListen 127.0.0.1\nLogFile "{log}"\nLogLevel Connect\n')
    process = subprocess.Popen(["tinyproxy", "-d", "-c", settings])
    try:
        _wait_until_open(port)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.terminate()
        process.wait(5)


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the proxy does not listen")


async def state_through(proxy: str, url: str, link: Link) -> LinkState:
    """Connect through the proxy and return the first state of this kind."""
    client = SignalingClient(KeyRing(), lambda _: proxy)
    seen: asyncio.Queue[LinkState] = asyncio.Queue()
    client.state_changed.connect(seen.put_nowait)
    try:
        client.connect(url)
        async with asyncio.timeout(DEADLINE_S):
            while (state := await seen.get()).link is not link:
                pass
        return state
    finally:
        await client.close()


@needs_proxy
async def test_a_session_goes_through_the_proxy(proxy: tuple[str, Path]):
    url, log = proxy
    async with running_server() as server:
        await state_through(url, server.url, Link.ONLINE)
        port = server.url.rpartition(":")[2]
    assert f"CONNECT 127.0.0.1:{port}" in log.read_text()


@needs_proxy
async def test_a_server_is_looked_for_through_the_proxy(proxy: tuple[str, Path]):
    url, log = proxy
    async with running_server() as server:
        assert (await check_server(server.url, find_proxy=lambda _: url)).ok
    assert "CONNECT" in log.read_text()


@needs_proxy
async def test_a_proxy_that_cannot_reach_the_server_is_told_apart(proxy: tuple[str, Path]):
    url, _ = proxy
    check = await check_server("ws://127.0.0.1:1", find_proxy=lambda _: url)
    assert check.problem is LinkProblem.PROXY


@pytest.mark.parametrize("proxy_url", ["http://127.0.0.1:1", "carrier-pigeon://127.0.0.1:1"])
async def test_a_proxy_that_is_not_there_is_said(proxy_url: str):
    state = await state_through(proxy_url, "ws://127.0.0.1:2", Link.WAITING)
    assert state.problem is LinkProblem.PROXY
    assert state.retry_at is not None
