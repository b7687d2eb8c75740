"""A real passerby-server process for tests, on a free loopback port."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

START_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class ServerProcess:
    """url is the base as a person types it: ws://127.0.0.1:PORT."""

    url: str
    process: asyncio.subprocess.Process

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()


async def start_server(
    *arguments: str,
    port: int = 0,
    host: str = "127.0.0.1",
    enter: Sequence[str] = (),
    stderr: int = asyncio.subprocess.DEVNULL,
) -> ServerProcess:
    """Start a server and return once it listens; enter is put before its command."""
    process = await asyncio.create_subprocess_exec(
        *(*enter, sys.executable, "-m", "signaling_server", "--host", host),
        *("--port", str(port), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        env={"PASSERBY_SERVER_DRAIN_S": "0.1", **os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        url = await asyncio.wait_for(_address_of(process), START_TIMEOUT_S)
    except BaseException:
        if process.returncode is None:
            process.kill()
        await process.wait()
        raise
    return ServerProcess(url, process)


async def _address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if found := re.search(r"listening on (wss?://[^/]+)/", line):
            return found.group(1)
    raise AssertionError("the server ended before it listened")


@asynccontextmanager
async def running_server(
    *arguments: str,
    host: str = "127.0.0.1",
    enter: Sequence[str] = (),
    stderr: int = asyncio.subprocess.DEVNULL,
) -> AsyncIterator[ServerProcess]:
    server = await start_server(*arguments, host=host, enter=enter, stderr=stderr)
    try:
        yield server
    finally:
        await server.stop()
