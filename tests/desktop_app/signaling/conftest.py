"""A client to be watched, and servers for it: a scripted one, and one that nobody vouches for."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.desktop_app.scripted_server import ScriptedServer, scripted_server
from tests.desktop_app.signaling.watcher import Watcher
from tests.server_process import ServerProcess, running_server


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    watcher = Watcher()
    yield watcher
    await watcher.client.close()


@pytest.fixture
async def script() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as script:
        yield script


@pytest.fixture
def self_signed(tmp_path: Path) -> tuple[Path, Path]:
    """Files with a key and a certificate that nobody has signed."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names],
        check=True,
        capture_output=True,
    )
    return key, certificate


@pytest.fixture
async def tls_server(self_signed: tuple[Path, Path]) -> AsyncIterator[ServerProcess]:
    key, certificate = self_signed
    async with running_server("--tls-cert", str(certificate), "--tls-key", str(key)) as server:
        yield server
