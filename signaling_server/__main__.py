"""The command passerby-server."""

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec

from signaling_server import bootstrap
from signaling_server.config.loading import (
    CONFIG_VARIABLE,
    ENVIRONMENT_PREFIX,
    ConfigError,
    load_config,
)
from signaling_server.config.model import DEFAULT_METRICS_PORT, DEFAULT_PORT, Config, ProxyHeader
from signaling_server.config.rendering import render
from signaling_server.config.state import default_state_dir
from signaling_server.moderation.arguments import COMMANDS
from signaling_server.observability.logs import logger, set_up_logging
from signaling_server.transport import listening
from signaling_server.workers import number_of_worker, supervise, when_parent_is_gone

_COLLECT_AFTER = 1_000_000
"""How many objects more before Python looks for cycles among them.

Who goes leaves none behind (tests/signaling_server/transport/test_garbage.py). With 10,000
connected, Python's own thresholds stop everybody for a tenth of a second every few seconds.
"""

log = logger("passerby-server")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, 1 when it cannot listen, 2 for bad settings."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in COMMANDS:
        # Only here, for the database's libraries take longer to load than the server.
        from signaling_server.moderation import command

        return command.main(arguments)
    options = vars(_parser().parse_args(arguments))
    file = options.pop("config") or os.environ.get(CONFIG_VARIABLE)
    check, show = options.pop("check_config"), options.pop("print_config")
    try:
        settings = load_config(options, os.environ, Path(file) if file else None)
        if check and settings.tls_cert and settings.tls_key:
            listening.tls_context(settings.tls_cert, settings.tls_key)
    except (ConfigError, listening.CannotListen) as error:
        sys.stderr.write(f"passerby-server: {error}\n")
        return 2
    if show:
        sys.stdout.write(render(settings))
    if check and not show:
        sys.stdout.write("The settings are sound.\n")
    if check or show:
        return 0
    set_up_logging(settings.log_level, as_json=settings.json_logs)
    if settings.state_dir is None:
        state_dir = str(default_state_dir(os.environ))
        settings = msgspec.structs.replace(settings, state_dir=state_dir)
    worker = number_of_worker()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            if settings.workers > 1 and worker is None:
                return runner.run(supervise(settings, arguments))
            if worker is not None and settings.metrics_port:
                # Each has figures of its own.
                metrics_port = settings.metrics_port + worker
                settings = msgspec.structs.replace(settings, metrics_port=metrics_port)
            runner.run(_serve(settings, is_worker=worker is not None))
    except listening.CannotListen as error:
        sys.stderr.write(f"passerby-server: {error}\n")
        return 1
    except KeyboardInterrupt:
        # Where the loop takes no signal handlers (Windows), Ctrl-C comes as an exception.
        pass
    return 0


async def _serve(settings: Config, *, is_worker: bool) -> None:
    stop, hurry = asyncio.Event(), asyncio.Event()
    if is_worker:
        when_parent_is_gone(stop)

    def end() -> None:
        # systemd signals the parent and each worker, and the parent its workers once more.
        (hurry if stop.is_set() and not is_worker else stop).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, end)
    async with bootstrap.running_server(settings, share_port=is_worker) as server:
        # On standard output, so that a program that starts the server can read where it is.
        sys.stdout.write(f"listening on {', '.join(server.urls)}\n")
        sys.stdout.flush()
        # What has been loaded by now stays.
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER, 2, 2)
        await stop.wait()
        log.info("stopping", online=server.lobby.online)
        await _until_either(server.drain(), hurry.wait())


async def _until_either(one: Awaitable[object], other: Awaitable[object]) -> None:
    """Wait for the first of two; the other is given up."""
    both = [asyncio.ensure_future(waiting) for waiting in (one, other)]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    for waiting in both:
        waiting.cancel()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="passerby-server",
        description="Pairs strangers and relays the descriptions of their calls.",
        epilog="Every setting can also stand in the file or in the environment as "
        f"{ENVIRONMENT_PREFIX}<NAME>; the command line goes first, then the environment. "
        "Moderators: passerby-server bans --help, passerby-server reports --help.",
    )
    add = parser.add_argument
    add("--host", action="append", help="address to listen on, repeatable (default: all)")
    add("--port", type=int, help=f"port, 0 for a free one (default: {DEFAULT_PORT})")
    add("--tls-cert", metavar="FILE", help="certificate chain (PEM); turns TLS on")
    add("--tls-key", metavar="FILE", help="private key (PEM)")
    add(
        "--allowed-origin",
        action="append",
        dest="allowed_origins",
        metavar="ORIGIN",
        help="web page that may connect from a browser, repeatable; * for all (default: none)",
    )
    add("--state-dir", metavar="FOLDER", help="for the server's secret and its database")
    add("--database", metavar="URL", help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    add(
        "--trusted-proxy",
        action="append",
        dest="trusted_proxies",
        metavar="ADDRESS",
        help="proxy that is believed who a client is, address or range, repeatable",
    )
    add("--proxy-header", choices=tuple(ProxyHeader), help="how it says so")
    add("--metrics-port", type=int, help=f"port of the figures (default: {DEFAULT_METRICS_PORT})")
    add("--backend", metavar="URL", help="memory, or redis://HOST for several servers")
    add("--workers", type=int, metavar="N", help="server processes on this machine (needs a Redis)")
    add("--config", metavar="FILE", help="settings in TOML")
    add("--check-config", action="store_true", help="say whether the settings are sound, and end")
    add("--print-config", action="store_true", help="print the settings in force, and end")
    add("--log-level", choices=("debug", "info", "warning", "error"))
    add("--json", action="store_true", default=None, dest="json_logs", help="logs as JSON lines")
    return parser


if __name__ == "__main__":
    sys.exit(main())
