"""The key pair that stands for a person at servers: made once, kept in a file, thrown away at will."""

import base64
import logging
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from signaling_server.protocol.proofs import signed_part

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

log = logging.getLogger(__name__)


class ClientKey:
    """An Ed25519 pair. A file that cannot be read or written costs the name, not the program."""

    def __init__(self, pair: "Ed25519PrivateKey") -> None:
        self._pair = pair

    @classmethod
    def made(cls) -> "ClientKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, private_bytes: bytes) -> "ClientKey":
        """Raises ValueError for bytes that are no key."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.from_private_bytes(private_bytes))

    @property
    def public(self) -> str:
        """As session.hello carries it."""
        return _in_base64(self._pair.public_key().public_bytes_raw())

    def sign(self, nonce: str, host: str) -> str:
        """Return the answer to a challenge of the server that is reached under this name."""
        return _in_base64(self._pair.sign(signed_part(nonce, host)))

    @property
    def private_bytes(self) -> bytes:
        return self._pair.private_bytes_raw()


class KeyRing:
    """The key in use and its file, which only the person may read. Interface thread only.

    Read, or made, when it is first asked for: a server is met after the window is there.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.is_kept = False
        """Whether the next start finds the key in use."""

    @cached_property
    def key(self) -> ClientKey:
        return self._load() or self._make()

    def renew(self) -> None:
        """Throw the key away for a new one: to every server this is another person then."""
        self.key = self._make()

    def _load(self) -> ClientKey | None:
        if self._path is None:
            return None
        try:
            key = ClientKey.of(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("the key cannot be read, a new one is made: %s", error)
            return None
        self.is_kept = True
        return key

    def _make(self) -> ClientKey:
        key = ClientKey.made()
        self.is_kept = False
        if self._path is None:
            return key
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(opened, "wb") as file:
                file.write(key.private_bytes)
            beside.replace(self._path)
        except OSError as error:
            log.warning("the key cannot be kept: %s", error)
        else:
            self.is_kept = True
        return key


def _in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
