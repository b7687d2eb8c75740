"""The voice of a call: microphone to speaker, and how far lips and voice are apart.

Two people with a sound server each speak in turns, as tests/coded_voice.py does it. A browser with
a real microphone has no camera of a file: so the voice is measured in calls without pictures, where
both do the same, and once more beside pictures, ours of the clip and the browser's of a camera
that its page draws.
"""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable
from dataclasses import dataclass

from build_scripts.application import Application, Report
from signaling_server.protocol.messages import Mode
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.picture_delays import ApplicationEyes, Eyes, PageEyes, watch
from tests.benchmarks.plan import Plan
from tests.benchmarks.size import Size
from tests.benchmarks.stage import Stage
from tests.browser_peer.browser import BrowserPeer
from tests.coded_voice import heard_delays
from tests.sound_pipes import SoundPipes

TIMEOUT_S = 30.0
SETTLED_S = 12.0
"""Until receive buffers have found their length."""
WINDOW_S = 6.0
"""A turn of each speaker, and more."""
TRIES = 3
"""Windows for each that is wanted: on a busy machine one hears nothing in some."""
DRAWN = Size(640, 480)


@dataclass(frozen=True)
class Delays:
    """Of what one side hears and sees, in ms: the median of each window's median."""

    voice_ms: float
    picture_ms: float | None
    lost_ms_per_minute: float

    @property
    def lip_sync_ms(self) -> float:
        """Return how late the voice is behind the lips."""
        assert self.picture_ms is not None
        return self.voice_ms - self.picture_ms


async def figures(scene: Stage, plan: Plan) -> list[Figure]:
    """Measure our applications, browsers, and an application with a browser."""
    n = plan.repetitions
    voices = await _applications(scene, n, Mode.VOICE)
    ours = await _applications(scene, n, Mode.VIDEO)
    browser = await _unless_unheard("browsers", _browsers(scene, n, mode="voice"))
    drawn = await _unless_unheard(
        "browsers with a drawn camera",
        _browsers(scene, n, mode="video", camera="drawn", width=DRAWN.width, height=DRAWN.height),
    )
    from_browser = await _unless_unheard(
        "an application with a browser", _application_with_browser(scene, n)
    )
    figures = [
        Figure("voice_ms", "ms", _slower(voices), browser and _slower(browser), n),
        Figure("voice_lost_ms", "ms/min", _most_lost(voices), browser and _most_lost(browser), n),
        Figure("voice_with_pictures_ms", "ms", _slower(ours), drawn and _slower(drawn), n),
        Figure("lip_sync_ms", "ms", _furthest(ours), drawn and _furthest(drawn), n),
    ]
    if from_browser is not None:
        figures.append(Figure("lip_sync_from_browser_ms", "ms", _furthest(from_browser), None, n))
    return figures


class Unheard(RuntimeError):
    """In most windows, on a machine that is too busy for whoever carried the voice."""


async def _unless_unheard(who: str, measuring: Awaitable[list[Delays]]) -> list[Delays] | None:
    """Leave out a peer that was not heard, and say so: it is no reason to lose all the rest."""
    try:
        return await measuring
    except Unheard:
        print(f"not measured: the voice of {who} was not heard in most windows", file=sys.stderr)
        return None


def _slower(sides: list[Delays]) -> float:
    return max(side.voice_ms for side in sides)


def _most_lost(sides: list[Delays]) -> float:
    return max(side.lost_ms_per_minute for side in sides)


def _furthest(sides: list[Delays]) -> float:
    return max((side.lip_sync_ms for side in sides), key=abs)


async def _applications(scene: Stage, repetitions: int, mode: Mode) -> list[Delays]:
    with scene.sound(0) as one, scene.sound(1) as other:
        async with (
            scene.application(f"speaker-{mode.value}", 0, one) as speaker,
            scene.application(f"listener-{mode.value}", 1, other) as listener,
        ):
            for app in (speaker, listener):
                await app.do("change", settings={"mode": mode.value})
                await app.do("next")
            for app in (speaker, listener):
                await _meets(app)
            await asyncio.sleep(SETTLED_S)
            ends = (ApplicationEyes(speaker), ApplicationEyes(listener))
            return await _measured((one, other), ends if mode is Mode.VIDEO else None, repetitions)


async def _browsers(scene: Stage, repetitions: int, **parameters: object) -> list[Delays]:
    with scene.sound(0) as one, scene.sound(1) as other:
        async with contextlib.AsyncExitStack() as stack:
            pages = []
            for place, sound in enumerate((one, other)):
                browser = await stack.enter_async_context(scene.browser(place, sound))
                pages.append(await scene.page(browser, **parameters))
            for page in pages:
                await page.do("join")
            for page in pages:
                await _hears(page)
            await asyncio.sleep(SETTLED_S)
            ends = (PageEyes(pages[0]), PageEyes(pages[1]))
            sees = parameters["mode"] == "video"
            return await _measured((one, other), ends if sees else None, repetitions)


async def _application_with_browser(scene: Stage, repetitions: int) -> list[Delays]:
    """Return what our application hears and sees of a browser."""
    with scene.sound(0) as one, scene.sound(1) as other:
        async with (
            scene.application("hearer", 0, one) as hearer,
            scene.browser(1, other) as browser,
        ):
            page = await scene.page(browser, camera="drawn", width=DRAWN.width, height=DRAWN.height)
            await page.do("join")
            await hearer.do("next")
            await _meets(hearer)
            await asyncio.sleep(SETTLED_S)
            ends = (ApplicationEyes(hearer), PageEyes(page))
            return (await _measured((one, other), ends, repetitions))[:1]


async def _meets(app: Application) -> None:
    def talks(status: Report) -> bool:
        situation = status["situation"]
        return situation["phase"] == "talking" and (
            situation["mode"] == "voice" or status["painted"]["stranger"] > 0
        )

    await app.until(talks, TIMEOUT_S)


async def _hears(page: BrowserPeer) -> None:
    await page.until("r.phase === 'talking' && r.connection === 'connected'", TIMEOUT_S)


async def _measured(
    sounds: tuple[SoundPipes, SoundPipes], ends: tuple[Eyes, Eyes] | None, repetitions: int
) -> list[Delays]:
    voices: tuple[list[float], list[float]] = ([], [])
    pictures: tuple[list[float], list[float]] = ([], [])
    lost_s = [0.0, 0.0]
    windows = 0
    while min(map(len, voices)) < repetitions:
        if windows == TRIES * repetitions:
            raise Unheard
        windows += 1
        for sound in sounds:
            sound.forget()
        if ends is None:
            await asyncio.sleep(WINDOW_S)
        else:
            for kept, seen in zip(pictures, await watch(ends, WINDOW_S), strict=True):
                kept.extend([median(seen)] if seen else [])
        for side in (0, 1):
            heard = heard_delays(sounds[1 - side].spoken, sounds[side].heard)
            lost_s[side] += heard.lost_s
            if heard.delays_ms:
                voices[side].append(median(heard.delays_ms))
    spoken_min = windows * WINDOW_S / 60
    return [
        Delays(
            median(voices[side]),
            median(pictures[side]) if pictures[side] else None,
            lost_s[side] * 1e3 / spoken_min,
        )
        for side in (0, 1)
    ]
