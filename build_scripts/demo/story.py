"""The steps of the demo: two meet, talk and write; F9; the third is met."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from build_scripts.application import Application, ApplicationFailed, Report
from build_scripts.demo.report import LEAST_PICTURES, DemoReport

STEP_TIMEOUT_S = 30.0
VOICES_HZ = {"Ann": 300.0, "Bob": 440.0, "Cleo": 620.0}
"""Fundamentals of the generated voices, no one a harmonic of another."""
QUIET_HZ = 1370.0
"""Where none of the voices has anything."""
AUDIBLE = 0.01
ROOM_HZ = [float(hz) for hz in range(100, 1001, 100)]
ROOM_AUDIBLE = 0.0002

T = TypeVar("T")


class StepNotSeen(Exception):
    """The demo waited for something that did not happen."""


async def tell(people: dict[str, Application], directory: Path, report: DemoReport) -> None:
    """Play the story and fill the report as it goes; raises StepNotSeen at the first gap."""
    ann, bob, cleo = people.values()
    await _step("a meeting", _meet(ann, bob))
    report.paired = True
    for app in (ann, bob):
        await _step(f"{app.name}'s pictures", _pictures(app))
    for listener, speaker in ((ann, bob), (bob, ann)):
        await _step(f"{speaker.name}'s voice", _hear(listener, speaker))
        report.sound_heard[listener.name] = True
    for writer, reader in ((ann, bob), (bob, ann)):
        await _step(f"{writer.name}'s text", _write(writer, reader))
        report.chat_delivered[f"{writer.name} to {reader.name}"] = True
    await cleo.do("next")
    await _step(f"{cleo.name}'s search", _phase(cleo, "searching"))
    report.next_ms = await _step("the next person", _press_next(ann, cleo))
    await _step(f"{cleo.name}'s pictures", _pictures(cleo))
    for app in people.values():
        path = directory / f"{app.name.lower()}.png"
        report.screenshots.append(await app.do("screenshot", path=str(path)))
        report.frames_painted[app.name] = (await app.do("status"))["painted"]["stranger"]


async def _step(name: str, work: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(STEP_TIMEOUT_S):
            return await work
    except TimeoutError as error:
        raise StepNotSeen(f"{name} within {STEP_TIMEOUT_S:.0f} s") from error
    except ApplicationFailed as error:
        raise StepNotSeen(f"{name}: {error}") from error


async def _meet(first: Application, second: Application) -> None:
    await first.do("next")
    await _phase(first, "searching")
    await second.do("next")
    await asyncio.gather(_phase(first, "talking"), _phase(second, "talking"))


async def _phase(app: Application, phase: str) -> Report:
    return await app.until(lambda status: status["situation"]["phase"] == phase, STEP_TIMEOUT_S)


async def _pictures(app: Application) -> Report:
    return await app.until(
        lambda status: status["painted"]["stranger"] >= LEAST_PICTURES, STEP_TIMEOUT_S
    )


async def _hear(listener: Application, speaker: Application) -> None:
    """Wait until the listener's speaker has played what the other one's microphone took."""
    status = await speaker.do("status")
    generated = status["devices"]["microphone"]["stand_in"]
    while True:
        if generated:
            voice, own, quiet = await listener.do(
                "measure_playback",
                hz=[VOICES_HZ[speaker.name], VOICES_HZ[listener.name], QUIET_HZ],
            )
            heard = voice > AUDIBLE and voice > 4 * own and voice > 4 * quiet
        else:
            # A real room has no pitch of its own, but it is never as silent as no sound at all.
            heard = max(await listener.do("measure_playback", hz=ROOM_HZ)) > ROOM_AUDIBLE
        if heard:
            return
        await asyncio.sleep(0.2)


async def _write(writer: Application, reader: Application) -> None:
    text = f"Hello, this is {writer.name}."
    if not await writer.do("say", text=text):
        raise StepNotSeen(f"{writer.name} could not write")
    await reader.reported(lambda report: _is_line(report, text, mine=False), STEP_TIMEOUT_S)
    await writer.reported(
        lambda report: _is_line(report, text, mine=True) and report["delivered"], STEP_TIMEOUT_S
    )


def _is_line(report: Report, text: str, *, mine: bool) -> bool:
    return report["event"] == "line" and report["text"] == text and report["mine"] is mine


async def _press_next(presser: Application, waiting: Application) -> dict[str, float]:
    """Press F9 and return the time to the first painted picture of the new call, both sides."""
    seen = {app: len(app.reports) for app in (presser, waiting)}
    pressed_ns = (await presser.do("press", key="F9"))["at_ns"]
    painted = [
        await app.reported(lambda report: report["event"] == "first_painted", STEP_TIMEOUT_S, since)
        for app, since in seen.items()
    ]
    if painted[0]["call"] != painted[1]["call"]:
        raise StepNotSeen("one new call on both sides")
    return {
        app.name: round((report["at_ns"] - pressed_ns) / 1e6, 1)
        for app, report in zip(seen, painted, strict=True)
    }
