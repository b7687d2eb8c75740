"""Two whole applications on machines of their own, with a real link between them."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from build_scripts.application import Application, Report, prepare_profile, running_application
from tests.link import network as links
from tests.server_process import running_server
from tests.whole_application.conftest import LIGHT

pytestmark = pytest.mark.skipif(not links.can_run, reason="needs root, a C compiler and iproute2")

DEADLINE_S = 60.0
SLOW_KBPS = 130.0
"""Room for the voice and hardly anything else."""


def is_measured(report: Report) -> bool:
    return report["event"] == "statistics" and report.get("path_bps") is not None


async def test_a_line_that_becomes_slow_is_noticed_at_both_ends(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        network = stack.enter_context(links.running_network(2, delay_ms=10))
        node = network.server
        server = await stack.enter_async_context(
            running_server(host=node.address, enter=node.enter)
        )
        both: list[Application] = []
        for name, node in zip(("one", "other"), network.people, strict=True):
            prepare_profile(tmp_path / name, server.url, **LIGHT)
            both.append(
                await stack.enter_async_context(
                    running_application(
                        name,
                        tmp_path / name,
                        server.url,
                        *("--stand-in-camera", "--stand-in-voice", "440"),
                        environment={"QT_QPA_PLATFORM": "offscreen"},
                        enter=node.enter,
                    )
                )
            )
        for application in both:
            await application.do("next")
        for application in both:
            await application.reported(is_measured, DEADLINE_S)
        network.change(rate_kbps=SLOW_KBPS)
        for application in both:
            await application.reported(
                lambda report: is_measured(report) and report["path_bps"] < 2_000 * SLOW_KBPS,
                DEADLINE_S,
            )
