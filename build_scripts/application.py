"""One Passerby application as a process, driven through --automation (docs/automation.md)."""

import asyncio
import contextlib
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop_app.settings.model import RULES_VERSION, Server
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.address import parse_address

START_TIMEOUT_S = 60.0
QUIT_TIMEOUT_S = 10.0
LINE_MAX_BYTES = 1 << 20

Report = dict[str, Any]


class ApplicationFailed(Exception):
    """It ended by itself, or refused a command."""


class Application:
    """Sends commands and keeps what the application reports; belongs to one event loop."""

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        self.name = name
        self.pid = process.pid
        self.reports: list[Report] = []
        self._process = process
        self._ids = itertools.count(1)
        self._arrived = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when it was killed."""
        return self._process.returncode

    async def do(self, verb: str, **fields: object) -> Any:
        """Run a command and return its result, or raise ApplicationFailed."""
        id = next(self._ids)
        line = json.dumps({"do": verb, "id": id, **fields}) + "\n"
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(line.encode())
            await self._process.stdin.drain()
        answer = await self.reported(lambda report: report.get("id") == id, 15.0)
        if answer["event"] == "error":
            raise ApplicationFailed(f"{self.name}: {verb}: {answer['text']}")
        return answer["result"]

    async def reported(
        self, fits: Callable[[Report], bool], timeout_s: float, since: int = 0
    ) -> Report:
        """Return the first report from number since on that fits, when it has come."""
        at = since
        async with asyncio.timeout(timeout_s), self._arrived:
            while True:
                while at < len(self.reports):
                    if fits(self.reports[at]):
                        return self.reports[at]
                    at += 1
                if self._reader.done():
                    raise ApplicationFailed(f"{self.name} ended: {self._process.returncode}")
                await self._arrived.wait()

    async def until(self, fits: Callable[[Report], bool], timeout_s: float) -> Report:
        """Ask for the status until it fits, and return it."""
        async with asyncio.timeout(timeout_s):
            while not fits(status := await self.do("status")):  # noqa: ASYNC110 - no event says so
                await asyncio.sleep(0.1)
            return dict(status)

    async def quit(self) -> int:
        """Ask it to quit, kill it when it does not, and return its exit code."""
        if self._process.returncode is None and self._process.stdin is not None:
            self._process.stdin.close()  # The end of its input asks it to quit.
        try:
            await asyncio.wait_for(self._process.wait(), QUIT_TIMEOUT_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader
        return self._process.returncode or 0

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            with contextlib.suppress(ValueError):  # A library's own words.
                report = json.loads(line)
                if isinstance(report, dict):
                    await self._keep(report)
        async with self._arrived:
            self._arrived.notify_all()

    async def _keep(self, report: Report) -> None:
        async with self._arrived:
            self.reports.append(report)
            self._arrived.notify_all()


def prepare_profile(profile: Path, server: str, **settings: object) -> None:
    """Write the settings of a person who has accepted the rules and direct calls on a server."""
    url = parse_address(server).url
    store = SettingsStore(profile / "settings.json")
    known = Server(url=url, plain_accepted=True, direct_accepted=True)
    store.change(rules_accepted=RULES_VERSION, servers=(known,), server=url, **settings)
    store.close()


@contextlib.asynccontextmanager
async def running_application(
    name: str,
    profile: Path,
    server: str,
    *options: str,
    environment: Mapping[str, str] | None = None,
    enter: Sequence[str] = (),
    program: Sequence[str] = (sys.executable, "-m", "desktop_app"),
) -> AsyncIterator[Application]:
    """Start an application and wait until it takes commands; it quits with the context.

    enter is put before its command, and must become the command's own process.
    """
    process = await asyncio.create_subprocess_exec(
        *(*enter, *program, "--automation"),
        *("--profile", str(profile), "--server", server, *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_MAX_BYTES,
        env={**os.environ, **(environment or {})},
    )
    application = Application(process, name)
    try:
        await application.reported(lambda report: report.get("event") == "ready", START_TIMEOUT_S)
        yield application
    finally:
        await application.quit()
