"""The first steps of a start: what the engine process needs to be on its way, and no more.

The engine takes longer to load its libraries than the interface takes to show its window, so it is
spawned as soon as this is known to be the only instance, and before most of the interface is
imported.
"""

import logging
import logging.handlers
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop_app import crashes
from desktop_app.engine.entry import run as run_engine
from desktop_app.host.display import has_display
from desktop_app.host.paths import NoHome, Paths
from desktop_app.host.single_instance import SingleInstance, enter
from desktop_app.host.start_problem import StartProblem
from desktop_app.media.engine import Engine
from desktop_app.media.pictures import remove_leftover_blocks
from desktop_app.options import Options

LOG_MAX_BYTES = 1_000_000
LOG_FILES_MAX = 3


def run(options: Options) -> int:
    """Run the application until the person quits; returns the exit code, 1 without a window."""
    try:
        paths = Paths(options.profile)
    except NoHome:
        return _give_up(StartProblem.NO_HOME)
    lock = enter(paths.config_dir, options.link)
    if lock is None:
        return 0
    if not has_display():
        return _give_up(StartProblem.NO_DISPLAY)
    _start_logging(paths, verbose=options.verbose)
    crash_report = crashes.take_report(paths.crash_dir)
    crashes.watch(paths.crash_dir, part="interface")
    application = QApplication(sys.argv[:1])
    # Soon: a start of the same moment waits until it listens.
    instance = SingleInstance(paths.config_dir)
    remove_leftover_blocks()
    engine = Engine(run_engine)
    engine.spawn()
    from desktop_app import bootstrap

    return bootstrap.run(options, application, instance, engine, crash_report)


def _give_up(problem: StartProblem) -> int:
    from desktop_app.ui.application import apply_language
    from desktop_app.ui.messages import start_problem

    apply_language(QCoreApplication(sys.argv[:1]), "")
    if sys.stderr is not None:  # a program without a console has none
        sys.stderr.write(f"passerby: {start_problem(problem)}\n")
    return 1


def _start_logging(paths: Paths, *, verbose: bool) -> None:
    """Log ids and durations into files that rotate; never text, pictures or addresses."""
    handlers: list[logging.Handler] = [logging.StreamHandler()] if verbose else []
    try:
        paths.log_dir.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            paths.log_dir / "passerby.log",
            maxBytes=LOG_MAX_BYTES,
            backupCount=LOG_FILES_MAX,
            encoding="utf-8",
        )
    except OSError as error:
        if sys.stderr is not None:  # a program without a console has none
            sys.stderr.write(f"passerby: there will be no log: {error}\n")
    else:
        handlers.append(file)
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
    )
    for library in ("aiohttp", "asyncio", "aiortc", "aioice", "qasync"):
        logging.getLogger(library).setLevel(logging.WARNING)
