"""The folder of the server's own, and the secret that is kept there."""

import logging
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

_NAME = "passerby-server"
_SECRET = "secret"
_SECRET_BYTES = 32

log = logging.getLogger(__name__)


def default_state_dir(environment: Mapping[str, str]) -> Path:
    """Return the folder that systemd, or else the system's custom, gives the server."""
    if given := environment.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA", Path.home())) / _NAME
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _NAME
    return Path(environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / _NAME


def secret_kept_in(state_dir: Path) -> str | None:
    """Return the secret of this folder, None where no server has made one or it cannot be read."""
    try:
        return (state_dir / _SECRET).read_text(encoding="ascii").strip()
    except OSError:
        return None


def secret_in(state_dir: Path | None) -> str:
    """Return the secret of this folder, making it at first.

    Without a folder, or where it cannot be written, one that is forgotten with the process: the
    names and bans of people then last no longer.
    """
    fresh = secrets.token_urlsafe(_SECRET_BYTES)
    if state_dir is None:
        return fresh
    file = state_dir / _SECRET
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written beside and linked, so that two processes that start at once agree.
        beside = state_dir / f"{_SECRET}.{os.getpid()}.new"
        if not file.exists():
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as opened:
                opened.write(fresh + "\n")
            try:
                os.link(beside, file)
            except FileExistsError:
                pass
            finally:
                beside.unlink()
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        log.warning(
            "the secret cannot be kept in state_dir (%s: %s): bans and blocks of people will hold "
            "until the server ends",
            state_dir,
            error.strerror,
        )
        return fresh
