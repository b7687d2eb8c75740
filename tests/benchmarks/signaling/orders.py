"""Hands a job to a load process and takes what it has measured."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from tests.benchmarks.signaling.servers import Measured, load_cores

Result = dict[str, Any]


class LoadFailed(Exception):
    """The load process ended without a result; what it said stands on standard error."""


class Load:
    """A load process on a server."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def say(self, line: str) -> None:
        """Say what it waits for, or raise LoadFailed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n".encode())
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise LoadFailed from error

    async def line(self) -> str:
        """Return the next line that it prints, or raise LoadFailed."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise LoadFailed
        return line.decode()

    async def result(self) -> Result:
        """Return what it has measured, which it prints last."""
        return dict(json.loads(await self.line()))


@contextlib.asynccontextmanager
async def load(job: str, server: Measured, **order: object) -> AsyncIterator[Load]:
    """Run a load process on a server; it has ended when the context does."""
    written = json.dumps(
        {
            "job": job,
            "dialect": server.dialect,
            "port": server.port,
            "pid": server.pid,
            "cores": load_cores(),
            **order,
        }
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.signaling.load", written),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )
    try:
        yield Load(process)
    finally:
        if process.returncode is None:
            process.kill()
            await asyncio.shield(process.wait())


async def do(job: str, server: Measured, **order: object) -> Result:
    """Have one load process do a job on a server."""
    async with load(job, server, **order) as started:
        return await started.result()
