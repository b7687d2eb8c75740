import json
import logging
from collections.abc import Iterator

import pytest

from signaling_server.observability.logs import logger, set_up_logging


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Leave the loggers of the process as other tests know them."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def test_a_line_is_one_json_object_with_its_fields(capsys: pytest.CaptureFixture[str]):
    set_up_logging("info", as_json=True)
    logger("door").info("session begun", session="s1", open_s=1.5)
    logger("door").debug("not told")
    logging.getLogger("a library").warning("it says %s", "so")

    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert ours.pop("timestamp")
    assert ours == {
        "event": "session begun",
        "session": "s1",
        "open_s": 1.5,
        "level": "info",
        "logger": "door",
    }
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "it says so",
        "warning",
        "a library",
    )


def test_an_exception_is_told_without_what_it_says(capsys: pytest.CaptureFixture[str]):
    set_up_logging("info", as_json=True)
    for log in (logger("door"), logging.getLogger("a library")):
        try:
            raise ValueError("what a person said")
        except ValueError:
            log.exception("a fault")
    said = capsys.readouterr().err

    assert "what a person said" not in said
    for line in said.splitlines():
        told = json.loads(line)
        assert told["exception"] == "ValueError"
        assert "test_logs.py" in told["at"][-1]


def test_of_a_group_of_exceptions_the_first_is_told(capsys: pytest.CaptureFixture[str]):
    set_up_logging("info", as_json=True)
    try:
        try:
            int("what a person said")
        except ValueError as error:
            raise ExceptionGroup("what a person said", [error]) from None
    except ExceptionGroup:
        logging.getLogger("a library").exception("a fault")
    said = capsys.readouterr().err

    assert "what a person said" not in said
    told = json.loads(said)
    assert told["exception"] == "ValueError"
    assert "test_logs.py" in told["at"][-1]


def test_a_person_reads_lines(capsys: pytest.CaptureFixture[str]):
    set_up_logging("info", as_json=False)
    logger("door").info("session begun", session="s1")
    said = capsys.readouterr().err

    assert "session begun" in said
    assert "session=s1" in said
    assert "\x1b" not in said
