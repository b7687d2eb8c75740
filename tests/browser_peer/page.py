"""What every browser needs: the pages served, and an end with all its processes."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from tests.link.network import Node

PAGE_DIRECTORY = Path(__file__).parent


@contextlib.asynccontextmanager
async def served_page(node: Node | None) -> AsyncIterator[str]:
    """Serve this directory on a loopback port: a page from a file may not use a camera."""
    application = web.Application()
    application.router.add_static("/", PAGE_DIRECTORY)
    runner = web.AppRunner(application)
    await runner.setup()
    listener = node.open_socket() if node else socket.socket()
    listener.bind(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def end_with_children(process: asyncio.subprocess.Process) -> None:
    """End the browser, and then what its helper processes still do in its profile."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), 10)
    with contextlib.suppress(ProcessLookupError):
        while True:  # Until the group is empty, which takes the killed a moment.
            os.killpg(process.pid, signal.SIGKILL)
            await asyncio.sleep(0.02)
