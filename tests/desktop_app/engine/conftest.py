"""Engines for the tests, and what makes two of them ready for a call."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.desktop_app.engine.pulse_audio import SoundServer


@pytest.fixture
def start_engine() -> Iterator[Callable[[], EngineDriver]]:
    """Start engines that are gone after the test."""
    engines: list[EngineDriver] = []

    def start() -> EngineDriver:
        engine = EngineDriver()
        engines.append(engine)
        return engine.__enter__()

    yield start
    for engine in engines:
        engine.stop()


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[EngineDriver, EngineDriver]]:
    """Two engines shared by the tests of a module; each test makes its own call."""
    with EngineDriver() as ann, EngineDriver() as bob:
        yield ann, bob


@pytest.fixture
def sound_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    server = SoundServer(tmp_path)
    server.start()
    for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, server.environment[name])
    yield server
    server.stop()
