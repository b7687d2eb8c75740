"""How soon picture and voice are back once a network is: another address, and cuts of two lengths.

One of two people in a call moves to another address in an instant, or loses the network, to the
server as well, for 8 and for 40 s. What counts is what was captured and spoken after there was a
way again: the pictures carry codes, and the voices turn to another pitch at that moment. Nobody
presses anything, and it has to be the same call. The browser's page (tests/browser_peer) takes its
session up again, restarts ICE, and sends the description through the same server.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from build_scripts.application import Application
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.picture_delays import ApplicationEyes, Eyes, PageEyes, Seen
from tests.benchmarks.plan import Plan
from tests.benchmarks.size import Size
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.turning_tone import Listener, TurningTone
from tests.browser_peer.browser import BrowserPeer
from tests.link.network import Network
from tests.sound_pipes import SoundPipes

NAME = "roam"
PLAN = Plan(sizes=(Size(640, 480),), repetitions=9)
OPTIONS = {}
ROUND_TRIP_MS = 20.0
TIMEOUT_S = 30.0
SETTLED_S = 10.0
"""How long the call has lasted, and has been whole again, before the next thing happens to it."""
BACK_WITHIN_S = 20.0
"""Who is not back by then, or is in another call, counts as back after this time."""
LOOK_S = 0.5
UNPROCESSED = {"echo_cancellation": False, "noise_suppression": False, "automatic_gain": False}
"""A steady tone is what noise suppression takes out."""


@dataclass(frozen=True)
class End:
    """One person: what is seen and heard there, which call it is in, and how to search anew."""

    eyes: Eyes
    sound: SoundPipes
    tone: TurningTone
    call: Callable[[], Awaitable[str | None]]
    search: Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Case:
    """What happens; cut_s is None where the address changes."""

    name: str
    cut_s: float | None


CASES = (Case("address_change", None), Case("cut_8_s", 8.0), Case("cut_40_s", 40.0))
Backs = dict[Case, tuple[list[float], list[float]]]
"""Seconds until each side has picture and voice again, one a repetition."""


async def measure(plan: Plan) -> list[Figure]:
    """Measure our applications, then the browsers, on the same network."""
    async with stage(plan.sizes[0], link_ms=ROUND_TRIP_MS) as scene:
        ours = await _measure(scene, _applications, plan.repetitions)
        peer = await _measure(scene, _pages, plan.repetitions)
    return [
        Figure(f"{case.name}.back_after_s", "s", _worse(ours[case]), _worse(peer[case]), n)
        for case, n in ((case, plan.repetitions) for case in CASES)
    ]


def _worse(sides: tuple[list[float], list[float]]) -> float:
    return max(map(median, sides))


Meeting = Callable[[Stage, contextlib.AsyncExitStack], Awaitable[tuple[End, End]]]


async def _measure(scene: Stage, meet: Meeting, repetitions: int) -> Backs:
    backs: Backs = {case: ([], []) for case in CASES}
    assert scene.network is not None
    async with contextlib.AsyncExitStack() as stack:
        ends = await meet(scene, stack)
        for _ in range(repetitions):
            for case in CASES:
                await asyncio.sleep(SETTLED_S)
                for kept, back_s in zip(
                    backs[case], await _happen(scene.network, ends, case), strict=True
                ):
                    kept.append(back_s)
    return backs


async def _happen(network: Network, ends: tuple[End, End], case: Case) -> tuple[float, float]:
    """Let it happen to the first person, and return when each is back, counted from a way on."""
    calls = [await end.call() for end in ends]
    mover = network.people[0]
    if case.cut_s is None:
        await asyncio.to_thread(mover.move)
    else:
        network.cut(mover)
        await asyncio.sleep(case.cut_s)
    for end in ends:
        await end.eyes.open()
        end.sound.forget()
        end.tone.turn()
    if case.cut_s is not None:
        network.join(mover)
    since_s = time.monotonic()
    heard = await asyncio.gather(
        _heard_s(ends[0], ends[1].tone.hz, since_s), _heard_s(ends[1], ends[0].tone.hz, since_s)
    )
    seen = await _watched_s(ends, since_s)
    if calls != [await end.call() for end in ends]:
        await _meet_again(ends)
        return BACK_WITHIN_S, BACK_WITHIN_S
    return max(heard[0], seen[0]), max(heard[1], seen[1])


async def _meet_again(ends: tuple[End, End]) -> None:
    """Bring both into a new call: theirs was lost."""
    for end in ends:
        await end.search()
    async with asyncio.timeout(TIMEOUT_S):
        while not (call := await ends[0].call()) or call != await ends[1].call():  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(LOOK_S)


async def _heard_s(end: End, hz: float, since_s: float) -> float:
    """Wait until a pitch is heard, and return when that was."""
    looked_at, listener = 0, Listener(hz)
    while time.monotonic() < since_s + BACK_WITHIN_S:
        heard = end.sound.heard[looked_at:]
        if (at_s := listener.first_heard_s(heard)) is not None:
            return max(0.0, at_s - since_s)
        looked_at += len(heard)
        await asyncio.sleep(LOOK_S / 5)
    return BACK_WITHIN_S


async def _watched_s(ends: tuple[End, End], since_s: float) -> tuple[float, float]:
    """Watch until both ends see each other, and return when that was; eyes are open at first."""
    one = other = Seen([], [])
    while True:
        await asyncio.sleep(LOOK_S)
        news = [await end.eyes.close() for end in ends]
        one, other = _with(one, news[0]), _with(other, news[1])
        seen = _seen_s(other, one, since_s), _seen_s(one, other, since_s)
        if max(seen) < BACK_WITHIN_S or time.monotonic() > since_s + BACK_WITHIN_S:
            return seen
        for end in ends:
            await end.eyes.open()


def _with(before: Seen, news: Seen) -> Seen:
    return Seen(before.captured_s + news.captured_s, before.shown_s + news.shown_s)


def _seen_s(sender: Seen, receiver: Seen, since_s: float) -> float:
    """Return when the first picture was shown that was captured after there was a way again."""
    for code, shown_s in receiver.shown_s:
        for captured, at_s in sender.captured_s:
            if captured == code and since_s <= at_s <= shown_s:
                return shown_s - since_s
    return BACK_WITHIN_S


# --- our applications ------------------------------------------------------------------------


async def _applications(scene: Stage, stack: contextlib.AsyncExitStack) -> tuple[End, End]:
    ends = []
    apps = []
    for place, name in enumerate(("mover", "other")):
        tone = TurningTone()
        sound = stack.enter_context(scene.sound(place, tone))
        app = await stack.enter_async_context(scene.application(name, place, sound))
        await app.do("change", settings=UNPROCESSED)
        apps.append(app)
        ends.append(
            End(ApplicationEyes(app), sound, tone, partial(_call_of, app), partial(app.do, "next"))
        )
    for app in apps:
        await app.do("next")
    for app in apps:
        await app.until(lambda status: status["painted"]["stranger"] > 0, TIMEOUT_S)
    return ends[0], ends[1]


async def _call_of(app: Application) -> str | None:
    situation = (await app.do("status"))["situation"]
    return str(situation["call"]) if situation["phase"] == "talking" else None


# --- the browsers ----------------------------------------------------------------------------


async def _pages(scene: Stage, stack: contextlib.AsyncExitStack) -> tuple[End, End]:
    ends = []
    pages = []
    for place in (0, 1):
        tone = TurningTone()
        sound = stack.enter_context(scene.sound(place, tone))
        browser = await stack.enter_async_context(scene.browser(place, sound))
        page = await scene.page(browser, camera="drawn", processing=0, roam=1)
        pages.append(page)
        ends.append(
            End(PageEyes(page), sound, tone, partial(_match_of, page), partial(page.do, "next"))
        )
    for page in pages:
        await page.do("join")
    for page in pages:
        await page.until("r.picture.frames > 0", TIMEOUT_S)
        await page.do("readCodes", False, False)
    return ends[0], ends[1]


async def _match_of(page: BrowserPeer) -> str | None:
    match = (await page.report())["match"]
    return None if match is None else str(match["call"])
