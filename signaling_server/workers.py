"""Several server processes on one port of this machine, started and kept up by one parent."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Sequence

from signaling_server.config.loading import WORKER_VARIABLE
from signaling_server.config.model import Config
from signaling_server.observability.tasks import lasting_task
from signaling_server.transport import listening

_AGAIN_AFTER_S = 1.0

log = logging.getLogger("passerby-server")


async def supervise(config: Config, arguments: Sequence[str]) -> int:
    """Run the workers until a signal comes; each that ends by itself is started again.

    Returns the exit code: 1 when a worker could not even begin. CannotListen as the server's.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Holds the port, so that each worker gets the same one also where 0 asks for any.
    with contextlib.ExitStack() as held:
        port = _hold_port(config, held)
        read_end, write_end = os.pipe()
        held.callback(os.close, write_end)
        held.callback(os.close, read_end)
        workers = [
            _Worker(number, [*arguments, "--port", str(port)], read_end)
            for number in range(config.workers)
        ]
        try:
            urls = await asyncio.gather(*(worker.start() for worker in workers))
            if not all(urls):
                return 1
            sys.stdout.write(f"listening on {urls[0]}\n")
            sys.stdout.flush()
            keeping = [lasting_task(worker.keep_up()) for worker in workers]
            await stop.wait()
            for task in keeping:
                task.cancel()
        finally:
            await asyncio.gather(*(worker.stop() for worker in workers))
    return 0


def number_of_worker() -> int | None:
    """Return which worker this process is, None when it is not one."""
    given = os.environ.get(WORKER_VARIABLE)
    return int(given.split(":")[1]) if given else None


def this_program() -> tuple[str, ...]:
    """Return the command that starts this server once more; a bundle's Python takes no -m."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return sys.executable, "-m", "signaling_server"


def when_parent_is_gone(stop: asyncio.Event) -> None:
    """Let a worker stop when its parent has ended in whatever way."""
    pipe = int(os.environ[WORKER_VARIABLE].split(":")[0])
    loop = asyncio.get_running_loop()

    def end() -> None:
        # The end of a pipe can be read again and again.
        loop.remove_reader(pipe)
        stop.set()

    loop.add_reader(pipe, end)


class _Worker:
    """One worker process; its standard output is the parent's, but for where it listens."""

    def __init__(self, number: int, arguments: Sequence[str], pipe: int) -> None:
        self._number = number
        self._arguments = arguments
        self._pipe = pipe
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        """Start it and return where it listens; empty when it has ended before."""
        self._process = process = await asyncio.create_subprocess_exec(
            *(*this_program(), *self._arguments),
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(self._pipe,),
            env={**os.environ, WORKER_VARIABLE: f"{self._pipe}:{self._number}"},
        )
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        return line.removeprefix("listening on ").strip()

    async def keep_up(self) -> None:
        """Start it again whenever it ends; runs until cancelled."""
        while True:
            assert self._process is not None
            code = await self._process.wait()
            log.warning("worker %d has ended with %d", self._number, code)
            await self._start_again()

    async def _start_again(self) -> None:
        """Try until the system has the room for a process."""
        while True:
            await asyncio.sleep(_AGAIN_AFTER_S)
            try:
                await self.start()
            except OSError as error:
                log.warning("worker %d cannot be started: %s", self._number, error)
            else:
                return

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()


def _hold_port(config: Config, held: contextlib.ExitStack) -> int:
    """Return the port of all workers, and keep it without listening."""
    bound = [
        held.enter_context(opened)
        for opened in listening.bind(config.host, config.port, share_port=True)
    ]
    port: int = bound[0].getsockname()[1]
    return port
