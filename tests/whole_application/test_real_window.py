"""A real window on a virtual screen: the key comes from a keyboard, the picture is looked at."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from build_scripts.application import Application, prepare_profile, running_application
from build_scripts.virtual_display import virtual_display
from tests.server_process import ServerProcess, running_server
from tests.whole_application.test_meeting import DEADLINE_S, call_of


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """The environment of a virtual screen with a window manager."""
    with virtual_display() as environment:
        yield environment


@pytest.fixture
async def server() -> AsyncIterator[ServerProcess]:
    async with running_server() as server:
        yield server


async def run(*command: str, screen: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, env={"PATH": "/usr/bin:/bin", **screen}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, command
    return output.decode()


async def press(application: Application, key: str, screen: dict[str, str]) -> None:
    """Bring the application's window to the front and press a key of the keyboard."""
    found = await run(
        *("xdotool", "search", "--sync", "--onlyvisible", "--all", "--pid", str(application.pid)),
        *("--name", "Passerby"),
        screen=screen,
    )
    window = found.split()[-1]
    await run("xdotool", "windowactivate", "--sync", window, "key", key, screen=screen)


async def test_f9_on_the_keyboard_brings_a_stranger_into_the_window(
    server: ServerProcess, screen: dict[str, str], tmp_path: Path
):
    async with contextlib.AsyncExitStack() as stack:
        people: list[Application] = []
        for name in ("ann", "bob"):
            prepare_profile(tmp_path / name, server.url, width=640, height=480, fps=15)
            people.append(
                await stack.enter_async_context(
                    running_application(
                        name, tmp_path / name, server.url, "--stand-in-camera", environment=screen
                    )
                )
            )
        for person in people:
            await press(person, "F9", screen)
        assert await call_of(people[0]) == await call_of(people[1])

        shot = tmp_path / "ann.png"
        grab = ("-f", "x11grab", "-i", screen["DISPLAY"], "-frames:v", "1", str(shot))
        await run("ffmpeg", "-loglevel", "error", *grab, screen=screen)

        await press(people[0], "Escape", screen)
        await people[0].until(lambda status: status["situation"]["phase"] == "idle", DEADLINE_S)
    picture = cv2.imread(str(shot))
    assert picture is not None
    # The stand-in camera shows a bright disc before a dark colour; an empty window is all dark.
    assert np.count_nonzero(picture.max(axis=2) > 200) > 10_000
