"""The servers that are measured, each process of theirs on a core of its own where there are as many."""

import asyncio
import contextlib
import hashlib
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import psutil

from tests.server_process import start_server

_PEERS = Path(__file__).with_name("peers")
_START_TIMEOUT_S = 20.0
_OPEN = """
max_connections = 20000
messages_per_s = 1e6
messages_burst = 1000000
bytes_per_s = 1e9
bytes_burst = 1000000000
searches_per_s = 1e6
searches_burst = 1000000
unlimited_addresses = []
address_connections = 20000
address_connects_per_s = 1e6
address_connects_burst = 1000000
address_messages_per_s = 1e6
address_messages_burst = 1000000
address_searches_per_s = 1e6
address_searches_burst = 1000000
address_bytes_per_s = 1e9
address_bytes_burst = 1000000000
work_from_connects_per_s = 1e6
"""
"""Limits that a crowd on one machine does not meet; every one of them is looked at all the same."""


@dataclass(frozen=True)
class Measured:
    """A running server: dialect is how it is spoken to."""

    dialect: str
    port: int
    process: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        return self.process.pid

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and to its workers."""
        for process in (*self._workers, psutil.Process(self.pid)):
            process.send_signal(number)

    def pin(self, cores: Sequence[int]) -> None:
        """Give each process that serves one of the cores, so that none is moved to and fro."""
        serving = self._workers or [psutil.Process(self.pid)]
        for process, core in zip(serving, itertools.cycle(cores)):
            process.cpu_affinity([core])

    @property
    def _workers(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children()

    async def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        await self.process.wait()


@contextlib.asynccontextmanager
async def ours(directory: Path, settings: str = "", port: int = 0) -> AsyncIterator[Measured]:
    """Run a Passerby server; settings are further lines of its TOML file."""
    file = directory / "server.toml"
    file.write_text(_OPEN + settings, encoding="utf-8")
    started = await start_server("--config", str(file), port=port)
    async with _ended(Measured("passerby", started.port, started.process)) as server:
        yield server


@contextlib.asynccontextmanager
async def node(name: str) -> AsyncIterator[Measured]:
    """Run the server of this name in peers/ on Node."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(_PEERS / f"{name}_server.js"),
        "0",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(_installed()), "NODE_ENV": "production"},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            line = (await process.stdout.readline()).decode()
        port = int(line.removeprefix("listening "))
    except BaseException:
        process.kill()
        await process.wait()
        raise
    async with _ended(Measured(name, port, process)) as server:
        yield server


@contextlib.asynccontextmanager
async def _ended(server: Measured) -> AsyncIterator[Measured]:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        server.pin(cores)
    try:
        yield server
    finally:
        if server.process.returncode is None:
            # The workers of one that stands still would stand behind it for ever.
            server.send_signal(signal.SIGKILL)
            await server.process.wait()


def load_cores() -> list[int]:
    """Return the cores for the load: those that a server of one process does not have."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[1:] or cores


def _installed() -> Path:
    """Return a folder outside the repository with the peers' packages, as the lock names them."""
    lock = (_PEERS / "package-lock.json").read_bytes()
    folder = Path(platformdirs.user_cache_dir("passerby-benchmarks"))
    folder /= hashlib.sha256(lock).hexdigest()[:16]
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_PEERS / name, folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        (folder / "installed").touch()
    return folder / "node_modules"
