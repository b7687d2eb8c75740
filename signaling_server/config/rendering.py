"""The settings in force as TOML, with secrets hidden."""

import json
import re
from typing import Any

import msgspec

from signaling_server.config.model import Config
from signaling_server.protocol.messages import IceServer

HIDDEN = "(hidden)"
_TABLES = ("ice_servers", "turn", "pools")


def render(config: Config) -> str:
    """Return TOML that load_config takes back, but for the secrets."""
    lines: list[str] = []
    for key, value in msgspec.structs.asdict(config).items():
        if value is None or (key in _TABLES and not value):
            lines.append(f"# {key} is not set")
        elif key not in _TABLES:
            lines.append(f"{key} = {_toml(_without_secret(key, value))}")
    for server in config.ice_servers:
        lines += ["", "[[ice_servers]]", *_ice_server(server)]
    for pool in config.pools:
        lines += ["", "[[pools]]", *_table(msgspec.structs.asdict(pool))]
    if config.turn is not None:
        shown = {**msgspec.structs.asdict(config.turn), "secret": HIDDEN}
        lines += ["", "[turn]", *_table(shown)]
    return "\n".join(lines) + "\n"


def without_password(url: str) -> str:
    """Return the address of a database or a Redis as it may be shown."""
    # All that stands before the host, for a password may hold any character.
    shown = re.sub(r"://.*@", f"://{HIDDEN}@", url)
    return re.sub(r"password=[^&]*", f"password={HIDDEN}", shown)


def _without_secret(key: str, value: Any) -> Any:
    if key == "secret":
        return HIDDEN
    if key in ("database", "backend") and value is not None:
        return without_password(value)
    return value


def _ice_server(server: IceServer) -> list[str]:
    shown = msgspec.structs.asdict(server)
    if server.credential is not None:
        shown["credential"] = HIDDEN
    return _table(shown)


def _table(shown: dict[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in shown.items() if value is not None]


def _toml(value: Any) -> str:
    # For strings, numbers, booleans and lists of these JSON is TOML, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
