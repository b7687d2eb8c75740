"""The packages in a minimal Debian: they install, work together, and leave nothing behind."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from build_scripts.application import Application, Report, prepare_profile, running_application
from build_scripts.virtual_display import virtual_display
from tests.installers.conftest import Built
from tests.installers.debian import Debian

pytestmark = pytest.mark.timeout(900)  # The first time a whole Debian is fetched, and all is built.

DEADLINE_S = 40.0
SWEEP = """
for program in passerby passerby-server; do
    export LD_LIBRARY_PATH="/usr/lib/$program/_internal"  # as the boot loader does
    find "/usr/lib/$program" -type f \\( -name '*.so*' -o -perm -100 \\) -exec ldd {} + 2>/dev/null
done | sed -n "s,\\t,,; /not found/p" | sort -u
"""

STATE = "var/lib/passerby-server"
LEFT_BY_ADDUSER = {"etc/gshadow-", "etc/shadow-", "etc/passwd-", "etc/group-", "run/adduser"}
"""Its lock and the state before the last change of accounts, in any Debian."""


@pytest.fixture(scope="module")
def installed(debian: Debian, built: Built) -> Iterator[Debian]:
    before = debian.files()
    debian.install(built.deb, built.server_deb)
    yield debian
    debian.run("dpkg", "--force-unsafe-io", "--purge", "passerby", "passerby-server")
    assert debian.files() - before <= LEFT_BY_ADDUSER, "left behind by the packages"
    assert "passerby" not in (debian.root / "etc/passwd").read_text()


@pytest.fixture
async def server(installed: Debian) -> AsyncIterator[str]:
    """The installed server, started as its unit does it, by its own user."""
    unit = (installed.root / "lib/systemd/system/passerby-server.service").read_text()
    # As systemd makes it for the unit.
    state = f"/{STATE}"
    installed.run("install", "-d", "-m", "700", "-o", "passerby-server", state)
    start = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    user = re.search(r"^User=(.+)$", unit, re.MULTILINE)
    assert start and user
    process = await asyncio.create_subprocess_exec(
        *installed.command(
            *start.group(1).split(),
            *("--host", "127.0.0.1", "--port", "0"),
            user=f"{user.group(1)}:{user.group(1)}",
            STATE_DIRECTORY=state,
        ),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(r"listening on (ws://[^/]+)/", line):
                yield found.group(1)
                break
        else:
            raise AssertionError("the server ended before it listened")
    process.terminate()
    assert await process.wait() == 0


def test_no_library_is_missing(installed: Debian):
    assert installed.run("sh", "-c", SWEEP) == ""


def test_the_self_test_passes_as_somebody_without_a_home(installed: Debian):
    said = installed.run("passerby", "--self-test", "--json", user="nobody:nogroup")

    report = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    assert {name: check for name, check in report["checks"].items() if not check["ok"]} == {}
    assert report["passed"] and report["frozen"]


def test_the_installed_server_keeps_bans(installed: Debian, server: str):
    """Its database and the steps that make it are in the package."""
    ban = ("bans", "add", "--create", "--network", "192.0.2.7", "--reason", "spam")
    command = ("env", f"STATE_DIRECTORY=/{STATE}", "passerby-server")
    installed.run(*command, *ban, user="passerby-server:passerby-server")

    listed = installed.run(*command, "bans", "list", user="passerby-server:passerby-server")

    assert "192.0.2.7" in listed


async def test_two_installed_applications_meet_and_press_the_key(
    installed: Debian, server: str, tmp_path: Path
):
    """Each on a virtual display; the second press of F9 ends the call and finds it again."""
    async with AsyncExitStack() as stack:
        display = stack.enter_context(virtual_display())
        ann, bob = [
            await stack.enter_async_context(_application(installed, name, server, display))
            for name in ("ann", "bob")
        ]
        for person in (ann, bob):
            await person.do("press", key="F9")
        first = await _call_of(ann)
        assert await _call_of(bob) == first

        await bob.do("change", settings={"auto_next": True})
        await ann.do("press", key="F9")

        await ann.until(
            lambda status: _talks(status) and status["situation"]["call"] != first, DEADLINE_S
        )


def _application(installed: Debian, name: str, server: str, display: dict[str, str]):
    home = installed.root / "root" / name
    prepare_profile(home, server)
    return running_application(
        name,
        Path("/root") / name,
        server,
        *("--stand-in-camera", "--stand-in-voice", "440"),
        program=installed.command("passerby", **display),
    )


async def _call_of(application: Application) -> str:
    status = await application.until(_talks, DEADLINE_S)
    return str(status["situation"]["call"])


def _talks(status: Report) -> bool:
    return bool(status["situation"]["phase"] == "talking" and status["painted"]["stranger"])
