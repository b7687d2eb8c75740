"""People around one real server, and one at a server that says what a test tells it to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.desktop_app.scripted_server import ScriptedServer, scripted_server
from tests.desktop_app.session.fake_engine import FakeNetwork
from tests.desktop_app.session.person import Person
from tests.server_process import ServerProcess, running_server

Invite = Callable[..., Awaitable[Person]]


@pytest.fixture
async def server() -> AsyncIterator[ServerProcess]:
    async with running_server() as server:
        yield server


@pytest.fixture
async def invite(server: ServerProcess, tmp_path: Path) -> AsyncIterator[Invite]:
    """Returns a function that makes a person who is online at the server."""
    people: list[Person] = []
    network = FakeNetwork()

    async def invite_one(*, auto_next: bool = False) -> Person:
        person = Person(tmp_path, network, auto_next=auto_next)
        people.append(person)
        await person.go_online(server.url)
        return person

    yield invite_one
    for person in people:
        await person.close()


@pytest.fixture
async def script() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as script:
        yield script


@pytest.fixture
async def ann(script: ScriptedServer, tmp_path: Path) -> AsyncIterator[Person]:
    """Somebody who is online at the scripted server."""
    person = Person(tmp_path, FakeNetwork())
    await person.go_online(script.url)
    yield person
    await person.close()
