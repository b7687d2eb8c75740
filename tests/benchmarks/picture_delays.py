"""How long pictures take from one end of a call to the other, by the frame codes in them."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from build_scripts.application import Application
from tests import frame_code
from tests.browser_peer.browser import BrowserPeer

OLDEST_S = 8.0
"""Less than the clip's length."""
POINTS = [[(cell + 0.5) / frame_code.CELLS, 0.5] for cell in range(frame_code.CELLS)]


@dataclass(frozen=True)
class Seen:
    """When codes were captured at one end, and which were shown there when (time.monotonic).

    The clip begins again after a while, and the codes with it.
    """

    captured_s: list[tuple[int, float]]
    shown_s: list[tuple[int, float]]


class Eyes(Protocol):
    """Reads codes in the pictures of one end, both of oneself and of the stranger."""

    async def open(self) -> None: ...

    async def close(self) -> Seen: ...


class ApplicationEyes:
    """Looks at what an application paints."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._since = 0

    async def open(self) -> None:
        self._since = len(self._application.reports)
        await self._watch(POINTS)

    async def close(self) -> Seen:
        await self._watch([])
        captured, shown = [], []
        for report in self._application.reports[self._since :]:
            if report["event"] != "painted" or not report["brightness"]:
                continue
            if report["stream"] == "stranger":
                code = frame_code.number_of(report["brightness"])
                if code is not None:
                    shown.append((code, report["at_ns"] / 1e9))
            else:  # Oneself is mirrored.
                code = frame_code.number_of(report["brightness"][::-1])
                if code is not None:
                    captured.append((code, report["captured_ns"] / 1e9))
        return Seen(captured, shown)

    async def _watch(self, points: list[list[float]]) -> None:
        for stream in ("self", "stranger"):
            await self._application.do("watch_pictures", stream=stream, points=points)


class PageEyes:
    """Looks at what a page of a browser shows."""

    def __init__(self, page: BrowserPeer) -> None:
        self._page = page

    async def open(self) -> None:
        await self._page.do("readCodes", True, True)

    async def close(self) -> Seen:
        own, other = await self._page.page.evaluate(
            "() => [peer.draws ? peer.drawn : peer.selfFrames, peer.frames]"
        )
        await self._page.do("readCodes", False, False)
        epoch_s = time.time() - time.monotonic()
        return Seen(
            [(frame["code"], frame["capturedAt"] / 1e3 - epoch_s) for frame in own],
            [(frame["code"], frame["shownAt"] / 1e3 - epoch_s) for frame in other],
        )


async def watch(ends: tuple[Eyes, Eyes], window_s: float) -> tuple[list[float], list[float]]:
    """Return the delays in ms of what each end was shown of the other in one window."""
    for end in ends:
        await end.open()
    await asyncio.sleep(window_s)
    one, other = [await end.close() for end in ends]
    return [ms for _, ms in delays(other, one)], [ms for _, ms in delays(one, other)]


def delays(sender: Seen, receiver: Seen) -> list[tuple[float, float]]:
    """Return when pictures were shown, and how many ms old they were."""
    captured: dict[int, list[float]] = {}
    for code, at_s in sender.captured_s:
        captured.setdefault(code, []).append(at_s)
    found = []
    for code, shown_s in receiver.shown_s:
        newest = max((at for at in captured.get(code, []) if at <= shown_s), default=None)
        # Without its own capture, a code would be taken for that of the time before.
        if newest is not None and shown_s - newest < OLDEST_S:
            found.append((shown_s, (shown_s - newest) * 1e3))
    return found
