"""From F9 to the first painted picture of the next person, on the side that pressed and the other.

Two people talk and a third waits; one of the two presses next and meets the third. The third is
new each time, for nobody meets the last few partners again; the key is pressed once all of them
have found their pace, as have the browsers with their pages loaded and their cameras warm. With a relay, the application calls
through it alone of itself, and the browser is told to.
"""

import contextlib
from dataclasses import dataclass, field

from build_scripts.application import Application, ApplicationFailed, Report
from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.plan import Option, Plan
from tests.benchmarks.settling import settled
from tests.benchmarks.size import Size
from tests.benchmarks.stage import Stage, stage
from tests.browser_peer.browser import BrowserPeer

NAME = "next"
PLAN = Plan(sizes=(Size(1280, 720),), repetitions=20)
OPTIONS = {
    "relay": Option("call through a real coturn alone, on both sides"),
    "link": Option(
        "each person on a machine of its own, with this round trip between any two; half of it"
        " to the server",
        number="MS",
        sizes=(Size(640, 480),),
    ),
}
TIMEOUT_S = 30.0


@dataclass
class Times:
    """In ms, one of each a repetition."""

    presser: list[float] = field(default_factory=list)
    met: list[float] = field(default_factory=list)

    def worse_median(self) -> float:
        return max(median(self.presser), median(self.met))

    def worse_p95(self) -> float:
        return max(percentile(self.presser, 95), percentile(self.met, 95))


async def measure(plan: Plan) -> list[Figure]:
    """Measure our applications, then the browsers, on the stage of the first size."""
    async with stage(plan.sizes[0], relay=plan.relay, link_ms=plan.link, people=3) as scene:
        ours = await _measure_ours(scene, plan.repetitions)
        peer = await _measure_peer(scene, plan.repetitions)
    return [
        Figure("next_ms", "ms", ours.worse_median(), peer.worse_median(), plan.repetitions),
        Figure("next_ms_p95", "ms", ours.worse_p95(), peer.worse_p95(), plan.repetitions),
    ]


async def _measure_ours(scene: Stage, repetitions: int) -> Times:
    times = Times()
    async with contextlib.AsyncExitStack() as people:
        presser = await people.enter_async_context(scene.application("presser", 0))
        partner = await people.enter_async_context(contextlib.AsyncExitStack())
        before = await partner.enter_async_context(scene.application("first", 1))
        await _search(presser)
        await _search(before)
        await _painted(presser, since=0)
        for number in range(repetitions):
            third = await people.enter_async_context(contextlib.AsyncExitStack())
            place = 1 + (number + 1) % 2  # Not that of the one who is left.
            waiting = await third.enter_async_context(scene.application(f"third-{number}", place))
            await _search(waiting)
            await settled((presser.pid, before.pid, waiting.pid))
            await _press(presser, waiting, times)
            if scene.relay:
                await presser.until(_is_relayed, TIMEOUT_S)
            await partner.aclose()
            partner, before = third, waiting
    return times


async def _search(app: Application) -> None:
    await app.do("next")
    await app.until(lambda status: status["situation"]["phase"] != "idle", TIMEOUT_S)
    await app.until(lambda status: status["devices"]["camera"]["opened"] is not None, TIMEOUT_S)


async def _painted(app: Application, since: int) -> int:
    try:
        report = await app.reported(lambda one: one["event"] == "first_painted", TIMEOUT_S, since)
    except TimeoutError:
        situation = (await app.do("status"))["situation"]
        raise ApplicationFailed(f"{app.name} painted nobody: {situation}") from None
    return int(report["at_ns"])


def _is_relayed(status: Report) -> bool:
    """Whether the call goes through the relay, as the window says."""
    stranger = status["situation"]["stranger"]
    return stranger is not None and stranger["direct"] is False


async def _press(presser: Application, waiting: Application, times: Times) -> None:
    since = {app: len(app.reports) for app in (presser, waiting)}
    pressed_ns = (await presser.do("press", key="F9"))["at_ns"]
    for app, kept in ((presser, times.presser), (waiting, times.met)):
        kept.append((await _painted(app, since[app]) - pressed_ns) / 1e6)


async def _measure_peer(scene: Stage, repetitions: int) -> Times:
    times = Times()
    async with scene.browser(0) as one, scene.browser(1) as other:
        presser, partner = await scene.page(one), await scene.page(other)
        await presser.do("join")
        await partner.do("join")
        await presser.until("r.picture.frames > 0", TIMEOUT_S)
        for page in (presser, partner):
            await page.do("readCodes", False, False)
        for _ in range(repetitions):
            waiting = await scene.page(other)
            await waiting.do("readCodes", False, False)
            await waiting.do("join")
            await settled((one.pid, other.pid))
            await _press_in_browser(presser, waiting, times)
            await partner.close()
            partner = waiting
    return times


async def _press_in_browser(presser: BrowserPeer, waiting: BrowserPeer, times: Times) -> None:
    calls = len((await presser.report())["calls"])
    await presser.do("next")
    condition = f"r.calls.length > {calls} && r.calls.at(-1).firstFrameAt"
    report = await presser.until(condition, TIMEOUT_S)
    times.presser.append(report["calls"][-1]["firstFrameAt"] - report["pressed_at"])
    met = await waiting.until("r.calls.length > 0 && r.calls.at(-1).firstFrameAt", TIMEOUT_S)
    times.met.append(met["calls"][-1]["firstFrameAt"] - report["pressed_at"])
