"""Settings from the command line, the environment and a TOML file."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from signaling_server.config.model import MEMORY, Config, ProxyHeader, networks

ENVIRONMENT_PREFIX = "PASSERBY_SERVER_"


class ConfigError(Exception):
    """A setting cannot be used; the text names where it stands and what is wrong with it."""


_DATABASE = re.compile(r"(sqlite|postgresql)(\+[a-z0-9]+)?://")
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
    if config.database is not None and not _DATABASE.match(config.database):
        raise ConfigError("database: its address begins with sqlite:// or postgresql://.")
    for name in ("trusted_proxies", "unlimited_addresses"):
        try:
            networks(getattr(config, name))
        except ValueError as error:
            raise ConfigError(f"{name}: {error}.") from error
    if config.tls_cert is not None and config.proxy_header is ProxyHeader.PROXY_PROTOCOL:
        raise ConfigError(
            "proxy_header: where proxies speak the PROXY protocol, TLS ends at the proxy (no tls_cert)."
        )
    if config.workers > 1 and config.backend == MEMORY:
        raise ConfigError(
            'workers: several processes need a Redis to meet in (backend = "redis://localhost").'
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
    if key in ("ice_servers", "turn", "pools"):
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
