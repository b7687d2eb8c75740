"""A browser and our engine meet by a real server, and what they then do with each other."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

from desktop_app import engine_messages as engine
from signaling_server.protocol.messages import Exchange, Mode, Role
from tests.interoperation.engine_peer import EnginePeer, running_engine_peer
from tests.server_process import running_server

ENGINE_HZ = 440.0


class BrowserPage(Protocol):
    """A page of tests/browser_peer, in whichever browser."""

    async def do(self, verb: str, *arguments: object) -> Any: ...

    async def until(self, condition: str) -> dict[str, Any]: ...


class Browser(Protocol):
    async def peer(self, server: str, **parameters: object) -> BrowserPage: ...


@contextlib.asynccontextmanager
async def call(
    browser: Browser,
    mode: Mode,
    camera: Path | None,
    engine_role: Role,
    codec: str = "",
    relayed_by: Path | None = None,
    music: bool = False,
    **parameters: object,
) -> AsyncIterator[tuple[EnginePeer, BrowserPage]]:
    """Let both meet; the side that parks its offer where the other cannot pair is the offerer.

    relayed_by: settings of a server with a relay, through which alone both call. music: our side
    sends that. parameters are those of the browser's page.
    """
    settings = ("--config", str(relayed_by)) if relayed_by else ()
    async with (
        running_server("--allowed-origin", "*", *settings) as server,
        running_engine_peer(server.url, mode, camera, ENGINE_HZ, relayed_by is not None) as ours,
    ):
        parks, relayed = int(engine_role is Role.ANSWERER), int(relayed_by is not None)
        page = await browser.peer(
            server.url, mode=mode.value, park=parks, codec=codec, relay=relayed, **parameters
        )
        ours.music = music
        await ours.search()
        await page.do("join")
        match = await ours.connect()
        assert (match.role, match.exchange) == (engine_role, Exchange.CLASSICAL)
        yield ours, page


async def exchange_texts(ours: EnginePeer, page: BrowserPage) -> None:
    ours.write("Bonjour <b>là-bas</b>")
    report = await page.until("r.texts.length > 0")
    assert report["texts"] == ["Bonjour <b>là-bas</b>"]
    assert (await ours.wait(engine.TextDelivered)).number == 1

    number = await page.do("say", "Grüße 🙂")
    assert (await ours.wait(engine.TextReceived)).text == "Grüße 🙂"
    await page.until(f"r.delivered.includes({number})")


async def hear_each_other(ours: EnginePeer, page: BrowserPage, browser_hz: float) -> None:
    await ours.hear(browser_hz, other_hz=ENGINE_HZ)
    await page.until(f"r.sound.level_db > -50 && Math.abs(r.sound.hz - {ENGINE_HZ}) < 12")
