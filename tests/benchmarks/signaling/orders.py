"""Hands a job to a load process and takes what it has measured."""

import asyncio
import json
import sys
from typing import Any

from tests.benchmarks.signaling.servers import Measured, load_cores

Result = dict[str, Any]


class LoadFailed(Exception):
    """The load process ended without a result; what it said stands on standard error."""


async def start(job: str, server: Measured, **order: object) -> asyncio.subprocess.Process:
    """Start a load process on a server; its last line of output is for `result_of`."""
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
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.signaling.load", written),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )


async def result_of(load: asyncio.subprocess.Process) -> Result:
    assert load.stdout is not None
    line = await load.stdout.readline()
    await load.wait()
    if not line:
        raise LoadFailed
    return dict(json.loads(line))


async def do(job: str, server: Measured, **order: object) -> Result:
    """Have one load process do a job on a server."""
    return await result_of(await start(job, server, **order))
