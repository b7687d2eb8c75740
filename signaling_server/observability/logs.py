"""Log lines for people or for machines, on standard error: ids, durations and codes."""

import logging
import sys
import traceback
from typing import cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_EXCEPTION_FRAMES_MAX = 8


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger whose lines carry fields: log.info("session begun", session=…).

    Never give it what people say, descriptions, keys or addresses.
    """
    return cast(
        structlog.stdlib.BoundLogger,
        structlog.wrap_logger(
            logging.getLogger(name),
            wrapper_class=structlog.stdlib.BoundLogger,
            processors=[
                structlog.stdlib.filter_by_level,
                *_common(),
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
        ),
    )


def set_up_logging(level: str, *, as_json: bool) -> None:
    """Send the logs of the whole process to standard error, those of libraries included."""
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_common(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # What aiohttp says of a connection carries the client's address.
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    for library in ("alembic", "aiosqlite", "sqlalchemy"):
        logging.getLogger(library).setLevel(logging.WARNING)


def _common() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_places,
    ]


def _name_places(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say of an exception what it is and where it came from: its text may hold what people say.

    Of a group, the first of those in it.
    """
    information = event.pop("exc_info", None)
    if information is True:
        information = sys.exc_info()
    error = information[1] if isinstance(information, tuple) else information
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-_EXCEPTION_FRAMES_MAX:]
        event["exception"] = type(error).__name__
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event
