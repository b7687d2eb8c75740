"""Two whole applications in a call, one of which loses its network or gets another address."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from build_scripts.application import Application, Report, prepare_profile, running_application
from tests.link import network as links
from tests.link.network import Network
from tests.server_process import running_server
from tests.whole_application.conftest import LIGHT

pytestmark = pytest.mark.skipif(not links.can_run, reason="needs root, a C compiler and iproute2")

DEADLINE_S = 60.0
STATISTICS_NS = 1_000_000_000
"""What one report is about: two after a change, nothing of before is in it."""
Pair = tuple[Application, Application]


@pytest.fixture
def network() -> Iterator[Network]:
    with links.running_network(2, delay_ms=10) as network:
        yield network


@pytest.fixture
async def pair(network: Network, tmp_path: Path) -> AsyncIterator[Pair]:
    """Both see each other; the first of them is at the first person's machine."""
    async with AsyncExitStack() as stack:
        node = network.server
        server = await stack.enter_async_context(
            running_server(host=node.address, enter=node.enter)
        )
        both = []
        for name, person in zip(("mover", "other"), network.people, strict=True):
            prepare_profile(tmp_path / name, server.url, **LIGHT)
            application = await stack.enter_async_context(
                running_application(
                    name,
                    tmp_path / name,
                    server.url,
                    *("--stand-in-camera", "--stand-in-voice", "440"),
                    environment={"QT_QPA_PLATFORM": "offscreen"},
                    enter=person.enter,
                )
            )
            both.append(application)
        for application in both:
            await application.do("next")
        for application in both:
            await application.reported(sends_pictures, DEADLINE_S)
        yield both[0], both[1]


def sends_pictures(report: Report) -> bool:
    return report["event"] == "statistics" and report["fps"] > 0 and report["sent_fps"] > 0


async def call_of(application: Application) -> str:
    return str((await application.do("status"))["situation"]["call"])


async def wait_silent(application: Application, silent: bool, since: int) -> None:
    await application.reported(
        lambda report: report["event"] == "situation" and report["media_silent"] is silent,
        DEADLINE_S,
        since,
    )


async def test_a_call_goes_on_from_another_address(network: Network, pair: Pair) -> None:
    calls = [await call_of(application) for application in pair]
    network.people[0].move()
    settled_ns = time.monotonic_ns() + 2 * STATISTICS_NS
    for application in pair:
        await application.reported(
            lambda report: sends_pictures(report) and report["at_ns"] > settled_ns, DEADLINE_S
        )

    assert [await call_of(application) for application in pair] == calls


async def test_a_call_goes_on_after_a_cut_with_pictures_both_ways(
    network: Network, pair: Pair
) -> None:
    calls = [await call_of(application) for application in pair]
    since = [len(application.reports) for application in pair]
    network.cut(network.people[0])
    for application, at in zip(pair, since, strict=True):
        await wait_silent(application, True, at)
    since = [len(application.reports) for application in pair]
    network.join(network.people[0])
    for application, at in zip(pair, since, strict=True):
        await wait_silent(application, False, at)
        await application.reported(sends_pictures, DEADLINE_S, len(application.reports))

    assert [await call_of(application) for application in pair] == calls
