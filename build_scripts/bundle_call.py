"""Two applications of a bundle meet through a server of this tree and press F9: a release's test.

python -m build_scripts.bundle_call build/package/bundles/passerby
"""

import asyncio
import os
import sys
import tempfile
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

from build_scripts.application import Application, Report, prepare_profile, running_application
from build_scripts.local_server import local_server

DEADLINE_S = 60.0


async def call(program: Path, server: str) -> None:
    """Raises TimeoutError when they do not meet, or not again after F9."""
    async with AsyncExitStack() as stack:
        people = []
        for name in ("ann", "bob"):
            profile = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            prepare_profile(profile, server, auto_next=True)
            people.append(await stack.enter_async_context(_run(program, name, profile, server)))
        for person in people:
            await person.do("next")
        first = await _call_of(people[0])
        await people[0].do("press", key="F9")
        async with asyncio.timeout(DEADLINE_S):
            while await _call_of(people[0]) == first:  # noqa: ASYNC110 - no event says so
                await asyncio.sleep(0.1)
    print("Two applications of the bundle have met, and met again.")


def _run(
    program: Path, name: str, profile: Path, server: str
) -> AbstractAsyncContextManager[Application]:
    options = ("--stand-in-camera", "--stand-in-voice", "440")
    return running_application(name, profile, server, *options, program=(str(program),))


async def _call_of(person: Application) -> str:
    return str((await person.until(_talks, DEADLINE_S))["situation"]["call"])


def _talks(status: Report) -> bool:
    return bool(status["situation"]["phase"] == "talking" and status["painted"]["stranger"])


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    program = folder / ("passerby.exe" if os.name == "nt" else "passerby")
    with local_server() as server:
        asyncio.run(call(program, server))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
