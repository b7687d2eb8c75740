"""Settings from the command line, the environment and a TOML file."""

import base64
import difflib
import ipaddress
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import EnumType
from pathlib import Path
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

from signaling_server.config.model import (
    FORMS,
    MEMORY,
    PORT_MAX,
    Config,
    ProxyHeader,
    Turn,
    networks,
)
from signaling_server.protocol.messages import Pool

ENVIRONMENT_PREFIX = "PASSERBY_SERVER_"
CONFIG_VARIABLE = ENVIRONMENT_PREFIX + "CONFIG"
"""Names the file."""
WORKER_VARIABLE = ENVIRONMENT_PREFIX + "WORKER"
"""Set for a worker: the number of its pipe to the parent, and its own number."""
_NO_SETTINGS = frozenset({CONFIG_VARIABLE, WORKER_VARIABLE})

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
"""What msgspec calls them, for whoever writes TOML."""


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
    _check_backend(config.backend)
    _check_turn(config.turn)
    _check_pools(config.pools)
    _check_moderators_key(config.moderators_key)
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
    last = config.metrics_port + config.workers - 1
    if config.metrics_port and last > PORT_MAX:
        raise ConfigError(
            f"metrics_port: the figures of the last worker are at port {last}, beyond {PORT_MAX}."
        )
    return config


def _check_backend(backend: str) -> None:
    if backend == MEMORY:
        return
    # Here, for it takes long to load.
    from redis.asyncio import ConnectionPool
    from redis.exceptions import RedisError

    in_password = "backend: in a password, / ? # [ and ] are written %2F %3F %23 %5B and %5D."
    try:
        parts = urlsplit(backend)
    except ValueError:
        raise ConfigError(in_password) from None
    # What is taken for a port, a path or more then, and would be named, is of the password.
    is_cut = "@" in backend and "@" not in parts.netloc
    is_numbered = parts.scheme == "unix" or re.fullmatch(r"/?\d*/?", parts.path)
    if not is_numbered and "db=" not in parts.query:
        other = f"backend: the database of a Redis is a number (redis://HOST/1), not {parts.path[1:]!r}."
        raise ConfigError(in_password if is_cut else other)
    try:
        pool = ConnectionPool.from_url(backend)
        pool.connection_class(**pool.connection_kwargs)
    except TypeError as error:
        raise ConfigError(f"backend: an option of its address cannot be used: {error}.") from error
    except (RedisError, ValueError) as error:
        raise ConfigError(in_password if is_cut else f"backend: {error}.") from None


def _check_turn(turn: Turn | None) -> None:
    for url in turn.urls if turn is not None else ():
        try:
            place = urlsplit("//" + url.partition(":")[2])
            if "[" in url:
                ipaddress.IPv6Address(place.hostname or "")
            if place.port == 0:
                raise ValueError("there is no port 0")
        except ValueError as error:
            raise ConfigError(f"turn: {url}: {error}.") from error


def _check_pools(pools: Sequence[Pool]) -> None:
    names = [pool.name for pool in pools]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"pools: two of them have the name {name!r}.")


def _check_moderators_key(text: str | None) -> None:
    if text is None:
        return
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    try:
        key = X25519PublicKey.from_public_bytes(
            base64.b64decode(text + "=", altchars=b"-_", validate=True)
        )
        # Some numbers are no key, which only shows when one is used.
        X25519PrivateKey.generate().exchange(key)
    except ValueError as error:
        raise ConfigError(
            "moderators_key: this is no key; passerby-server reports make-key makes one."
        ) from error


def _from_file(file: Path) -> Iterator[tuple[str, Any]]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}.") from error
    for key, value in table.items():
        if key not in _FIELDS:
            close = _similar(key, 0.6)
            hint = f" (did you mean {close!r}?)" if close else ""
            raise ConfigError(f"{file}: {key}: there is no such setting{hint}.")
        yield key, _convert(key, value, f"{file}: {key}", strict=True)


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Give what is set. Others may make variables that begin so, and have them passed over."""
    for name, text in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or name in _NO_SETTINGS:
            continue
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if key in _FIELDS:
            yield key, _convert(key, _structured(key, text, name), name, strict=False)
        elif close := _similar(key, 0.8):
            meant = ENVIRONMENT_PREFIX + close.upper()
            raise ConfigError(f"{name}: there is no such setting (did you mean {meant!r}?).")


def _choices(kind: Any) -> Sequence[str]:
    """Return what an enumeration or a Literal may be."""
    return list(kind) if isinstance(kind, EnumType) else get_args(kind)


def _similar(key: str, least: float) -> str | None:
    """Return the setting whose name is most like this, where one is so like it, 0 to 1."""
    return next(iter(difflib.get_close_matches(key, _FIELDS, 1, least)), None)


def _structured(key: str, text: str, name: str) -> Any:
    """Return the value of an environment variable: lists split at commas, tables as JSON."""
    if key in ("ice_servers", "turn", "pools"):
        try:
            return msgspec.json.decode(text)
        except ValueError as error:
            raise ConfigError(f"{name}: not valid JSON: {error}.") from error
    if get_origin(_FIELDS[key]) is list:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _convert(key: str, value: Any, place: str, *, strict: bool) -> Any:
    try:
        return msgspec.convert(value, _FIELDS[key], strict=strict)
    except msgspec.ValidationError as error:
        said = str(error)
        for pattern, form in FORMS.items():
            said = said.replace(f"`str` matching regex {pattern!r}", form)
        for kind, words in _KINDS.items():
            said = said.replace(f"`{kind}`", words).replace(f"`{kind} | null`", words)
        if said.startswith("Invalid enum value"):
            said += f"; one of {', '.join(_choices(_FIELDS[key]))}"
        raise ConfigError(f"{place}: {said}.") from error
