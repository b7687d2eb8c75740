"""A Chromium of its own process tree, and the pages of tests/browser_peer in it."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Browser, Page, async_playwright

from tests.browser_peer.page import end_with_children, served_page
from tests.link.door import door_to
from tests.link.network import Node

START_TIMEOUT_S = 30.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    # A page that is still opening when the driver connects now and then hangs it.
    "--no-startup-window",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    # A page that is not in front must run as one that is.
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--remote-debugging-port=0",
)


def chromium() -> str | None:
    """Return the path of the browser, or None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@dataclass
class BrowserPeer:
    """One page: a stranger who searches, sees, hears and writes."""

    page: Page

    async def do(self, verb: str, *arguments: object) -> Any:
        """Call a method of window.peer and return what it gives, once it is done."""
        return await self.page.evaluate(
            "([verb, args]) => window.peer[verb](...args)", [verb, list(arguments)]
        )

    async def report(self) -> dict[str, Any]:
        """Return what tests/browser_peer/peer.js reports about itself."""
        report: dict[str, Any] = await self.do("report")
        return report

    async def until(self, condition: str, timeout_s: float = 20.0) -> dict[str, Any]:
        """Wait until a JavaScript condition on the report r holds; return that report."""
        script = f"() => {{ const r = window.peer.report(); return ({condition}) ? r : null; }}"
        handle = await self.page.wait_for_function(script, timeout=timeout_s * 1000, polling=50)
        report: dict[str, Any] = await handle.json_value()
        return report

    async def close(self) -> None:
        """Close the page, as a person closes a tab."""
        await self.page.context.close()


class Chromium:
    """A running browser; pid is the root of its process tree."""

    def __init__(self, browser: Browser, pid: int, page_url: str) -> None:
        self._browser = browser
        self._page_url = page_url
        self.pid = pid

    async def peer(self, server: str, **parameters: object) -> BrowserPeer:
        """Open a page that is connected to the server (ws://host:port), idle so far.

        parameters are those of tests/browser_peer/peer.js. Pages share no session.
        """
        context = await self._browser.new_context(permissions=["camera", "microphone"])
        page = await context.new_page()
        query = urlencode({"server": f"{server}/v1/ws", **parameters})
        await page.goto(f"{self._page_url}/index.html?{query}", wait_until="domcontentloaded")
        await page.evaluate("() => window.ready")
        return BrowserPeer(page)


@contextlib.asynccontextmanager
async def running_chromium(
    clip: Path | None = None,
    tone: Path | None = None,
    flags: Sequence[str] = (),
    node: Node | None = None,
    sound: Mapping[str, str] | None = None,
) -> AsyncIterator[Chromium]:
    """Start a browser with a fresh profile; clip (.y4m) and tone (.wav) are played in a loop.

    They are its camera and microphone. Without them the browser has its own test picture and
    a beep. node is the machine of a network that it runs on. sound is the environment of a sound
    server, whose microphone and speaker it uses; it has no camera then, and a page must draw one.
    Everything ends with the context.
    """
    devices = ["--use-fake-device-for-media-stream"] if sound is None else []
    devices += [f"--use-file-for-fake-video-capture={clip}"] if clip else []
    devices += [f"--use-file-for-fake-audio-capture={tone}"] if tone else []
    async with contextlib.AsyncExitStack() as stack:
        page_url = await stack.enter_async_context(served_page(node))
        profile = Path(stack.enter_context(_profile_directory()))
        process = await asyncio.create_subprocess_exec(
            *(node.enter if node else ()),
            chromium() or "chromium",
            *FLAGS,
            *devices,
            *flags,
            f"--user-data-dir={profile}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **(sound or {})},
        )
        stack.push_async_callback(end_with_children, process)
        port = await asyncio.wait_for(_debugging_port(profile), START_TIMEOUT_S)
        if node is not None:
            port = await stack.enter_async_context(door_to(node, port))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        stack.push_async_callback(browser.close)
        yield Chromium(browser, process.pid, page_url)


def _profile_directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="passerby-chromium-", ignore_cleanup_errors=True)


async def _debugging_port(profile: Path) -> int:
    """Wait for the file in which the browser writes its port; it has no other way to tell."""
    file = profile / "DevToolsActivePort"
    while True:
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            return int(file.read_text().splitlines()[0])
        await asyncio.sleep(0.05)
