"""The main job: whole applications meet, go on, quit, and leave nothing behind."""

import asyncio
from pathlib import Path

from build_scripts.application import Application, Report, running_application
from desktop_app.settings.store import SettingsStore
from tests.whole_application.conftest import Launch

DEADLINE_S = 30.0


def talks(status: Report) -> bool:
    return bool(status["situation"]["phase"] == "talking" and status["painted"]["stranger"])


async def call_of(application: Application) -> str:
    status = await application.until(talks, DEADLINE_S)
    return str(status["situation"]["call"])


async def test_two_see_hear_and_write_to_each_other(launch: Launch):
    ann, bob = await launch("ann"), await launch("bob")
    for person in (ann, bob):
        await person.do("press", key="F9")
    assert await call_of(ann) == await call_of(bob)

    await ann.do("say", text="hello")

    await bob.reported(
        lambda report: report.get("text") == "hello" and not report["mine"], DEADLINE_S
    )
    await ann.reported(lambda report: report.get("delivered") is True, DEADLINE_S)
    voice, nothing = 0.0, 0.0
    async with asyncio.timeout(DEADLINE_S):
        while voice < 0.01 or voice < 4 * nothing:
            voice, nothing = await bob.do("measure_playback", hz=[440.0, 1370.0])


async def test_ten_nexts_among_four_leave_nobody_hanging(launch: Launch):
    people = [await launch(name, auto_next=True) for name in ("ann", "bob", "cleo", "dan")]
    for person in people:
        await person.do("press", key="F9")
    for turn in range(10):
        presser = people[turn % 4]
        call = await call_of(presser)
        await presser.do("press", key="F9")
        await presser.reported(
            lambda report, call=call: report["event"] == "situation" and report["call"] != call,
            DEADLINE_S,
            since=len(presser.reports) - 20 if len(presser.reports) > 20 else 0,
        )
    # The last partner may not have heard yet that the presser has left.
    async with asyncio.timeout(DEADLINE_S):
        calls: list[str] = []
        while sorted(calls.count(call) for call in calls) != [2, 2, 2, 2]:
            calls = [await call_of(person) for person in people]


async def test_holding_the_key_down_breaks_nothing(launch: Launch):
    ann, bob = await launch("ann", auto_next=True), await launch("bob", auto_next=True)
    await bob.do("press", key="F9")
    for _ in range(60):
        await ann.do("press", key="F9")

    assert await call_of(ann) == await call_of(bob)


async def test_the_key_works_in_the_chat_entry_and_escape_stops(launch: Launch):
    ann, bob = await launch("ann"), await launch("bob")
    for person in (ann, bob):
        await person.do("press", key="F9")
    await call_of(ann)
    for letter in "abc":
        await ann.do("press", key=letter)
    await ann.do("press", key="F9")
    await ann.until(lambda status: status["situation"]["phase"] == "searching", DEADLINE_S)

    await ann.do("press", key="Esc")

    status = await ann.until(lambda status: status["situation"]["phase"] == "idle", DEADLINE_S)
    assert status["situation"]["stranger"] is None
    await ann.until(lambda status: status["devices"]["camera"]["opened"] is None, DEADLINE_S)


async def test_a_server_of_the_command_line_that_never_answered_is_forgotten(
    tmp_path: Path, unused_tcp_port: int
):
    nobody = f"ws://127.0.0.1:{unused_tcp_port}"
    environment = {"QT_QPA_PLATFORM": "offscreen"}
    async with running_application("ann", tmp_path, nobody, environment=environment) as ann:
        await ann.until(lambda status: status["situation"]["link"] == "waiting", DEADLINE_S)

    settings = SettingsStore(tmp_path / "settings.json").value
    assert (settings.server, settings.servers) == ("", ())
