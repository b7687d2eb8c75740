"""Any process may die by kill -9: the others recover."""

import os
import signal

import psutil

from build_scripts.application import Application
from tests.server_process import ServerProcess, start_server
from tests.whole_application.conftest import Launch, family_of, is_alive, kill
from tests.whole_application.test_meeting import DEADLINE_S, call_of


async def meet(launch: Launch, **settings: object) -> tuple[Application, Application]:
    ann, bob = await launch("ann", **settings), await launch("bob", **settings)
    for person in (ann, bob):
        await person.do("press", key="F9")
    assert await call_of(ann) == await call_of(bob)
    return ann, bob


async def painted_more(application: Application, than: int) -> None:
    await application.until(lambda status: status["painted"]["stranger"] > than + 5, DEADLINE_S)


async def engine_pid(application: Application) -> int:
    return int((await application.do("status"))["engine_pid"])


async def test_a_killed_engine_is_started_again_in_the_same_call(launch: Launch):
    ann, bob = await meet(launch)
    call, killed = await call_of(ann), await engine_pid(ann)
    seen = (await bob.do("status"))["painted"]["stranger"]

    kill(killed)

    await ann.reported(lambda report: report.get("engine") == "restarting", DEADLINE_S)
    await ann.until(lambda status: status["engine_pid"] not in (None, killed), DEADLINE_S)
    await ann.until(lambda status: not status["situation"]["media_silent"], DEADLINE_S)
    await painted_more(bob, seen)
    assert await call_of(ann) == await call_of(bob) == call


async def test_a_hung_engine_is_replaced(launch: Launch):
    ann = await launch("ann")
    status = await ann.until(lambda status: status["situation"]["engine"] == "running", DEADLINE_S)
    hung = status["engine_pid"]

    os.kill(hung, signal.SIGSTOP)

    await ann.reported(lambda report: report.get("engine") == "restarting", DEADLINE_S)
    await ann.until(lambda status: status["situation"]["engine"] == "running", DEADLINE_S)
    assert not psutil.pid_exists(hung)


async def test_an_engine_that_always_dies_is_given_up_after_three_restarts(launch: Launch):
    ann = await launch("ann")
    for _ in range(4):
        status = await ann.until(
            lambda status: status["situation"]["engine"] == "running", DEADLINE_S
        )
        died = status["engine_pid"]
        kill(died)
        await ann.until(lambda status, died=died: status["engine_pid"] != died, DEADLINE_S)

    status = await ann.until(lambda status: status["engine_pid"] is None, DEADLINE_S)

    assert status["situation"]["engine"] == "failed"


async def test_the_call_outlives_a_killed_server(launch: Launch, server: ServerProcess):
    ann, bob = await meet(launch)
    call, seen = await call_of(ann), (await ann.do("status"))["painted"]["stranger"]

    await server.stop(signal.SIGKILL)

    await ann.until(lambda status: status["situation"]["link"] == "waiting", DEADLINE_S)
    await painted_more(ann, seen)
    again = await start_server(port=server.port)
    try:
        for person in (ann, bob):
            await person.until(lambda status: status["situation"]["link"] == "online", 60.0)
        assert await call_of(ann) == await call_of(bob) == call
        await ann.do("press", key="F9")
        await bob.reported(lambda report: report.get("ending") == "next", DEADLINE_S)
        await bob.do("press", key="F9")
        assert await call_of(ann) == await call_of(bob)
    finally:
        await again.stop()


async def test_a_killed_application_leaves_nothing_and_its_stranger_goes_on(launch: Launch):
    ann, bob = await meet(launch, auto_next=True)
    call, family = await call_of(ann), family_of(ann.pid)
    cleo = await launch("cleo")
    await cleo.do("press", key="F9")

    kill(ann.pid)

    # Its engine may have had the time to close the connection.
    now = await bob.reported(lambda report: report.get("ending") in ("left", "lost"), DEADLINE_S)
    assert now["phase"] == "searching"
    assert await call_of(bob) == await call_of(cleo) != call
    psutil.wait_procs(family, timeout=10)
    assert not [process for process in family if is_alive(process)]


async def test_a_machine_that_vanishes_with_its_stranger_is_given_up(launch: Launch):
    ann, bob = await meet(launch, auto_next=True)
    engine = await engine_pid(ann)

    for pid in (engine, ann.pid):
        kill(pid)

    now = await bob.reported(lambda report: report.get("ending") == "lost", DEADLINE_S)
    assert (now["phase"], now["call"]) == ("searching", None)
