import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signaling_server.bootstrap import Server, running_server
from signaling_server.config.model import Config
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import CallEnded, Mode, QueueLeave
from tests.signaling_server.conftest import Arrive, Meet
from tests.signaling_server.wire_client import WireClient

DASHBOARD = Path(__file__).parents[3] / "docs" / "deploy" / "grafana-dashboard.json"


async def fetch(server: Server, path: str) -> tuple[aiohttp.ClientResponse, str]:
    address = server.urls[0].replace("ws:", "http:").removesuffix("/v1/ws")
    async with aiohttp.ClientSession() as http, http.get(address + path) as response:
        return response, await response.text()


async def figures(server: Server) -> str:
    async with aiohttp.ClientSession() as http, http.get(server.metrics_url) as response:
        return await response.text()


async def test_health_tells_any_page_how_many_are_online(server: Server, arrive: Arrive):
    await arrive()
    response, _ = await fetch(server, "/healthz")

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert await response.json() == {"status": "ok", "online": 1, "versions": [1]}


async def test_a_person_with_a_browser_is_told_what_this_is(server: Server):
    response, text = await fetch(server, "/")

    assert response.status == 200
    assert "Passerby" in text


async def test_the_figures_follow_what_happens(server: Server, meet: Meet, arrive: Arrive):
    await meet()
    ann, bob, _, _ = await meet()
    await ann.send(QueueLeave())
    await bob.receive(CallEnded)
    waiting = await arrive()
    await waiting.join(Mode.VOICE)
    await waiting.send_raw("?")
    await waiting.receive_any()
    lines = (await figures(server)).splitlines()
    for line in (
        "passerby_connections 5.0",
        "passerby_sessions 5.0",
        "passerby_calls 1.0",
        "passerby_matches_total 2.0",
        'passerby_waiting{mode="voice"} 1.0',
        'passerby_messages_received_total{type="queue.join"} 5.0',
        'passerby_messages_sent_total{type="queue.matched"} 4.0',
        'passerby_errors_total{code="malformed"} 1.0',
        "passerby_match_wait_seconds_count 4.0",
        "passerby_call_seconds_count 1.0",
    ):
        assert line in lines


async def test_two_servers_in_one_process_count_apart(server: Server, arrive: Arrive):
    await arrive()
    async with running_server(Config(host=["127.0.0.1"], port=0, metrics_port=0)) as other:
        text = await figures(other)
    assert "passerby_connections 0.0" in text.splitlines()


async def test_the_dashboard_asks_for_figures_that_there_are(server: Server, arrive: Arrive):
    ann = await arrive()
    await ann.send_raw("?")
    await ann.receive_any()
    given = set(re.findall(r"^# TYPE (\w+)", await figures(server), re.MULTILINE))
    asked = set(re.findall(r"\b(?:passerby|process)_\w+", DASHBOARD.read_text(encoding="utf-8")))

    assert len(asked) > 5
    assert {name.removesuffix("_bucket") for name in asked} <= given


async def test_figures_stay_off_the_port_that_the_world_reaches(server: Server):
    page = server.urls[0].replace("ws:", "http:").replace("/v1/ws", "/metrics")
    assert server.metrics_url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as http:
        async with http.get(page, headers={"X-Forwarded-For": "192.0.2.7"}) as response:
            assert response.status == 404
        async with http.get(page, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (307, server.metrics_url)
            assert "passerby_" not in await response.text()


async def test_a_server_whose_figures_have_no_port_serves_people_all_the_same(server: Server):
    port = int(server.metrics_url.split(":")[2].split("/")[0])
    async with running_server(Config(host=["127.0.0.1"], port=0, metrics_port=port)) as other:
        assert other.metrics_url == ""
        async with WireClient(other.urls[0]) as client:
            await client.hello()


async def test_a_server_is_ready_until_it_stops(server: Server):
    response, text = await fetch(server, "/readyz")

    assert (response.status, text) == (200, '{"ready": true}')


class TestWithoutAPlace:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"max_connections": 1}

    async def test_a_full_server_is_ready_to_say_so(self, server: Server, arrive: Arrive):
        await arrive()
        response, _ = await fetch(server, "/readyz")

        assert response.status == 200
        async with WireClient(server.urls[0]) as late:
            await late.refused(ErrorCode.SERVER_FULL)
