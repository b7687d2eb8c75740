"""The server's settings: what there is to set, and where the values come from."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from signaling_server.protocol import limits
from signaling_server.protocol.messages import IceServer

ENVIRONMENT_PREFIX = "PASSERBY_SERVER_"
DEFAULT_PORT = 8765

Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class Config(Struct, frozen=True, kw_only=True):
    """Every setting of the server, the same names in the file, the environment and here."""

    host: list[str] = []
    """Addresses to listen on; none stands for all of IPv4 and IPv6."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = DEFAULT_PORT
    """0 takes a free one."""
    tls_cert: str | None = None
    """A PEM file with the certificate chain; TLS is on when it is given."""
    tls_key: str | None = None
    allowed_origins: list[str] = []
    """Web pages that may connect from a browser; "*" stands for all. None by default."""
    max_connections: Count = 10_000
    resume_waiting_s: Seconds = 60.0
    """How long a session outlives its socket ..."""
    resume_call_s: Seconds = 90.0
    """... and how long while its peer is in a call."""
    hello_timeout_s: Seconds = limits.HELLO_TIMEOUT_S
    ping_interval_s: Seconds = limits.PING_INTERVAL_S
    messages_per_s: Seconds = limits.MESSAGES_PER_S
    messages_burst: Count = limits.MESSAGES_BURST
    searches_per_s: Seconds = limits.SEARCHES_PER_S
    searches_burst: Count = limits.SEARCHES_BURST
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    json_logs: bool = False
    ice_servers: list[IceServer] = []
    """STUN and TURN servers that clients are told of."""


class ConfigError(Exception):
    """A setting cannot be used; the text names where it stands and what is wrong with it."""


_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Config)}


def load_config(
    command_line: Mapping[str, Any], environment: Mapping[str, str], file: Path | None
) -> Config:
    """Return the settings: the command line goes before the environment, that before the file.

    command_line holds None where an option was not given. ConfigError for the first fault.
    """
    values: dict[str, Any] = {}
    if file is not None:
        values.update(_from_file(file))
    values.update(_from_environment(environment))
    for key, value in command_line.items():
        if value is not None:
            values[key] = _convert(key, value, f"--{key.replace('_', '-')}", strict=True)
    config = Config(**values)
    if (config.tls_cert is None) != (config.tls_key is None):
        missing = "tls_key" if config.tls_key is None else "tls_cert"
        raise ConfigError(
            f"{missing}: TLS needs both a certificate (tls_cert) and its key (tls_key)."
        )
    return config


def _from_file(file: Path) -> Iterator[tuple[str, Any]]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}.") from error
    for key, value in table.items():
        if key not in _FIELDS:
            close = difflib.get_close_matches(key, _FIELDS, 1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            raise ConfigError(f"{file}: {key}: there is no such setting{hint}.")
        yield key, _convert(key, value, f"{file}: {key}", strict=True)


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key in _FIELDS:
        name = ENVIRONMENT_PREFIX + key.upper()
        if name in environment:
            value = _structured(key, environment[name], name)
            yield key, _convert(key, value, name, strict=False)


def _structured(key: str, text: str, name: str) -> Any:
    """Return the value of an environment variable: lists split at commas, tables as JSON."""
    if key == "ice_servers":
        try:
            return msgspec.json.decode(text)
        except ValueError as error:
            raise ConfigError(f"{name}: not valid JSON: {error}.") from error
    if _FIELDS[key] == list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _convert(key: str, value: Any, place: str, *, strict: bool) -> Any:
    try:
        return msgspec.convert(value, _FIELDS[key], strict=strict)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{place}: {error}.") from error
