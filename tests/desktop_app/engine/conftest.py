"""Engines for the tests, and what makes two of them ready for a call."""

from collections.abc import Callable, Iterator

import pytest

from tests.desktop_app.engine.engine_driver import EngineDriver


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
