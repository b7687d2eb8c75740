"""Whole applications as processes, offscreen, around a real server process."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest

from build_scripts.application import Application, prepare_profile, running_application
from tests.server_process import ServerProcess, running_server

SHARED_MEMORY = Path("/dev/shm")
LIGHT = {"width": 640, "height": 480, "fps": 15}
"""Small pictures: these tests are about who meets whom, and several run on one machine."""

Launch = Callable[..., Awaitable[Application]]


@pytest.fixture
async def server() -> AsyncIterator[ServerProcess]:
    async with running_server() as server:
        yield server


@pytest.fixture
async def launch(server: ServerProcess, tmp_path: Path) -> AsyncIterator[Launch]:
    """Returns a function that starts an application by name; all quit at the end."""
    started: list[Application] = []

    async with AsyncExitStack() as stack:

        async def launch_one(name: str, **settings: object) -> Application:
            profile = tmp_path / name
            prepare_profile(profile, server.url, **{**LIGHT, **settings})
            options = ("--stand-in-camera", "--stand-in-voice", "440")
            application = await stack.enter_async_context(
                running_application(
                    name,
                    profile,
                    server.url,
                    *options,
                    environment={"QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"},
                )
            )
            started.append(application)
            return application

        yield launch_one
        families = [family_of(application.pid) for application in started]
    left = [process for family in families for process in family if is_alive(process)]
    psutil.wait_procs(left, timeout=5)
    assert [process for process in left if is_alive(process)] == []
    assert [blocks_of(application.pid) for application in started] == [set()] * len(started)
    assert {application.exit_code for application in started} <= {0, -signal.SIGKILL}


def blocks_of(pid: int) -> set[str]:
    """Names of the picture blocks that this process has created."""
    return {path.name for path in SHARED_MEMORY.glob(f"passerby-{pid}-*")}


def family_of(pid: int) -> list[psutil.Process]:
    """The process and everything it has started."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
