"""A signalling server in memory on this machine, for as long as somebody needs it."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence

PREFERRED_PORT = 8765
PREFERRED_URL = f"ws://127.0.0.1:{PREFERRED_PORT}"
START_TIMEOUT_S = 20.0


class ServerDidNotStart(Exception):
    """The server ended, or did not answer in time."""


def runs_already() -> bool:
    """Whether a Passerby server answers at PREFERRED_URL, from another terminal for instance."""
    try:
        health = json.loads(_ask_health(PREFERRED_PORT))
    except (OSError, ValueError):
        return False
    return isinstance(health, dict) and "versions" in health


@contextlib.contextmanager
def local_server(arguments: Sequence[str] = ()) -> Iterator[str]:
    """Run a server on a loopback port, 8765 where that is free, and yield its ws:// address.

    It runs in a session of its own, so that a Ctrl-C in the terminal reaches the application
    first and the server ends after it.
    """
    port = _free_port()
    address = ("--host", "127.0.0.1", "--port", str(port))
    server = subprocess.Popen(
        [sys.executable, "-m", "signaling_server", *address, *arguments],
        start_new_session=True,
    )
    try:
        _wait_until_healthy(server, port)
        yield f"ws://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    for port in (PREFERRED_PORT, 0):
        with socket.socket() as candidate:
            # As the server does: an address in TIME_WAIT counts as free.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                candidate.bind(("127.0.0.1", port))
                return int(candidate.getsockname()[1])
    raise ServerDidNotStart("no port is free on 127.0.0.1")


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServerDidNotStart(f"the server ended with code {server.returncode}")
        with contextlib.suppress(OSError):
            _ask_health(port)
            return
        time.sleep(0.02)
    raise ServerDidNotStart(f"the server did not answer within {START_TIMEOUT_S:.0f} s")


def _ask_health(port: int) -> bytes:
    # Whatever proxy the environment names, it does not lead to this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
        return bytes(answer.read(4096))
