"""Which server `build_scripts/run` brings together with the application."""

import pytest

from build_scripts import start


class Started(list[list[str]]):
    """The arguments of each application that was started."""

    def run(self, arguments: list[str]) -> int:
        self.append(arguments)
        return 0


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    started = Started()
    monkeypatch.setattr(start, "_run_application", started.run)
    monkeypatch.delenv("PASSERBY_SERVER", raising=False)
    return started


def no_server() -> None:
    raise AssertionError("a server was started")


@pytest.mark.parametrize(
    "arguments",
    [["--server", "ws://127.0.0.1:1"], ["--server=ws://127.0.0.1:1"], ["--help"], ["--version"]],
)
def test_no_server_is_started_that_nobody_needs(
    started: Started, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.setattr(start, "local_server", no_server)

    assert start.main(arguments) == 0
    assert started == [arguments]


def test_a_server_named_in_the_environment_is_left_to_the_application(
    started: Started, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(start, "local_server", no_server)
    monkeypatch.setenv("PASSERBY_SERVER", "ws://127.0.0.1:1")

    start.main([])

    assert started == [[]]


def test_a_second_application_comes_to_the_server_of_the_first(
    started: Started, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(start, "runs_already", lambda: True)
    monkeypatch.setattr(start, "local_server", no_server)

    start.main(["--profile", "second"])

    assert started == [["--server", start.PREFERRED_URL, "--profile", "second"]]
