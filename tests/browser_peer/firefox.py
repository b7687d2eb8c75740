"""A Firefox of its own process tree, driven by WebDriver BiDi, which it speaks by itself."""

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.browser_peer.page import end_with_children, served_page

FAKE_TONE_HZ = 1_000.0
"""What the fake microphone of Firefox hums."""
START_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 30.0
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.navigator.audio.fake_frequency": int(FAKE_TONE_HZ),
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    # Addresses as they are: nobody answers mDNS here.
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.peerconnection.ice.loopback": True,
    # Nothing goes out by itself.
    "app.update.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:1",
}


def firefox() -> str | None:
    """Return the path of the browser, or None where there is none."""
    return next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


class Driver:
    """Commands of WebDriver BiDi, one after the other."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return the result of a command; AssertionError with what went wrong."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            await self._socket.send_json(command)
            while (answer := await self._socket.receive_json()).get("id") != self._number:
                pass
        assert answer["type"] == "success", f"{method}: {answer}"
        result: dict[str, Any] = answer["result"]
        return result


class FirefoxPeer:
    """One page: a stranger who searches, sees, hears and writes."""

    def __init__(self, driver: Driver, tab: str) -> None:
        self._driver = driver
        self._tab = tab

    async def do(self, verb: str, *arguments: object) -> Any:
        """Call a method of window.peer and return what it gives, once it is done."""
        return await self.evaluate(f"window.peer[{verb!r}](...{json.dumps(arguments)})")

    async def until(self, condition: str, timeout_s: float = 20.0) -> dict[str, Any]:
        """Wait until a JavaScript condition on the report r holds; return that report."""
        return await asyncio.wait_for(
            self.evaluate(f"""new Promise((resolve) => {{
                const look = () => {{
                    const r = window.peer.report();
                    if ({condition}) resolve(r);
                    else setTimeout(look, 50);
                }};
                look();
            }})"""),
            timeout_s,
        )

    async def evaluate(self, script: str) -> Any:
        """Return what an expression gives, or what its promise brings."""
        result = await self._driver.do(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({script})) ?? null))()",
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        return json.loads(result["result"]["value"])


class Firefox:
    def __init__(self, driver: Driver, page_url: str) -> None:
        self._driver = driver
        self._page_url = page_url

    async def peer(self, server: str, **parameters: object) -> FirefoxPeer:
        """Open a page that is connected to the server (ws://host:port), idle so far.

        Its camera is drawn, and its microphone hums at FAKE_TONE_HZ.
        """
        query = urlencode({"server": f"{server}/v1/ws", "camera": "drawn", **parameters})
        url = f"{self._page_url}/index.html?{query}"
        tab = (await self._driver.do("browsingContext.create", type="tab"))["context"]
        await self._driver.do("browsingContext.navigate", context=tab, url=url, wait="complete")
        peer = FirefoxPeer(self._driver, tab)
        await peer.evaluate("window.ready")
        return peer


@contextlib.asynccontextmanager
async def running_firefox(environment: Mapping[str, str]) -> AsyncIterator[Firefox]:
    """Start a browser with a fresh profile. Everything ends with the context.

    environment leads it to a sound server (tests/sound_pipes.py): without one its pages are deaf.
    """
    async with contextlib.AsyncExitStack() as stack:
        page_url = await stack.enter_async_context(served_page(None))
        profile = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="passerby-firefox-", ignore_cleanup_errors=True)
            )
        )
        (profile / "user.js").write_text(
            "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                for name, value in PREFERENCES.items()
            )
        )
        process = await asyncio.create_subprocess_exec(
            firefox() or "firefox",
            "--headless",
            "--no-remote",
            "--remote-debugging-port=0",
            f"--profile={profile}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **environment},
        )
        stack.push_async_callback(end_with_children, process)
        url = await asyncio.wait_for(_driver_url(profile), START_TIMEOUT_S)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        driver = Driver(await stack.enter_async_context(http.ws_connect(url, max_msg_size=0)))
        await driver.do("session.new", capabilities={})
        yield Firefox(driver, page_url)


async def _driver_url(profile: Path) -> str:
    """Wait for the file in which the browser writes where it listens."""
    file = profile / "WebDriverBiDiServer.json"
    while True:
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
            listens = json.loads(file.read_text())
            return f"ws://{listens['ws_host']}:{listens['ws_port']}/session"
        await asyncio.sleep(0.05)
