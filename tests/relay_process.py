"""A real coturn for tests, on loopback: it listens at 127.0.0.1 and relays from 127.0.0.2.

So an address of the relay can be told from every address of this machine.
"""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signaling_server.domain.relay_access import RelayAccess
from signaling_server.protocol.messages import IceServer, SessionId

SECRET = "north"
RELAY_IP = "127.0.0.2"
START_TIMEOUT_S = 10.0

coturn_is_installed = shutil.which("turnserver") is not None


@dataclass(frozen=True)
class RelayProcess:
    """certificate is what the TLS port shows, signed by itself, for the name localhost."""

    port: int
    tls_port: int
    certificate: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def udp(self) -> str:
        return f"turn:127.0.0.1:{self.port}"

    @property
    def tcp(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=tcp"

    @property
    def tls(self) -> str:
        return f"turns:localhost:{self.tls_port}?transport=tcp"

    def server(self, *urls: str, secret: str = SECRET, ttl_s: float = 600.0) -> IceServer:
        """Addresses with credentials, made by the signalling server's own code."""
        access = RelayAccess(urls, secret, ttl_s, time.time).for_session(SessionId("tester"))
        return IceServer(access.urls, access.username, access.credential)

    def server_settings(self, folder: Path) -> Path:
        """Write a file for passerby-server that hands out access to this relay over UDP."""
        file = folder / "server.toml"
        file.write_text(f'[turn]\nurls = ["{self.udp}"]\nsecret = "{SECRET}"\n')
        return file

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def free_port() -> int:
    """Return a port that nothing listens on, over UDP and TCP, a moment ago."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        with contextlib.suppress(OSError):
            udp.bind(tcp.getsockname())
        return int(tcp.getsockname()[1])


@contextmanager
def running_relay(*options: str, port: int | None = None) -> Iterator[RelayProcess]:
    """Run coturn with use-auth-secret; options are further lines of its configuration."""
    with tempfile.TemporaryDirectory(prefix="passerby-relay-") as name:
        folder = Path(name)
        certificate, key = _certificate(folder)
        port, tls_port = port or free_port(), free_port()
        lines = [
            "listening-ip=127.0.0.1",
            f"relay-ip={RELAY_IP}",
            f"listening-port={port}",
            f"tls-listening-port={tls_port}",
            "use-auth-secret",
            f"static-auth-secret={SECRET}",
            "realm=passerby.test",
            f"cert={certificate}",
            f"pkey={key}",
            f"userdb={folder / 'users.sqlite'}",
            f"pidfile={folder / 'turnserver.pid'}",
            f"log-file={folder / 'turnserver.log'}",
            "simple-log",
            "no-cli",
            "no-dtls",
            "allow-loopback-peers",
            *options,
        ]
        (folder / "turnserver.conf").write_text("\n".join(lines) + "\n")
        process = subprocess.Popen(
            ["turnserver", "-c", str(folder / "turnserver.conf")],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        relay = RelayProcess(port, tls_port, certificate, process, folder / "turnserver.log")
        try:
            _await_listening(relay)
            yield relay
        finally:
            relay.stop()


def _await_listening(relay: RelayProcess) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    for port in (relay.port, relay.tls_port):
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert relay.process.poll() is None, "coturn ended"
            assert time.monotonic() < until, "coturn does not listen"
            time.sleep(0.02)


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
