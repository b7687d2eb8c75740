"""What a hello has to prove on one socket: its key by a signature, and work in a flood."""

import base64
import binascii
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signaling_server.domain.persons import Persons
from signaling_server.protocol.errors import ErrorCode, ProtocolError
from signaling_server.protocol.messages import Challenge, Hello
from signaling_server.protocol.proofs import is_solved, signed_part

_NONCE_BYTES = 18


class Entrance:
    """The challenge of one socket. host is the server's name as the client called it.

    names are those that a key may sign for; any where there are none.
    """

    __slots__ = ("_host", "_names", "_nonce", "_persons", "_work_bits")

    def __init__(
        self, persons: Persons, host: str, work_bits: int, names: Sequence[str] = ()
    ) -> None:
        self._persons = persons
        self._host = host
        self._names = names
        self._work_bits = work_bits
        self._nonce = ""

    def challenge(self) -> Challenge:
        """Return what the hello has to answer; the same on every call."""
        self._nonce = self._nonce or secrets.token_urlsafe(_NONCE_BYTES)
        return Challenge(self._nonce, self._work_bits)

    def claimed_by(self, hello: Hello) -> str:
        """Return who the hello says it is from, its signature unseen; empty without a key."""
        if hello.key is None:
            return ""
        try:
            return self._persons.of(_bytes(hello.key))
        except ValueError:
            return ""

    def is_answered(self, hello: Hello, *, without_work: bool) -> bool:
        """Whether the hello brings the signature and the work it needs; they may be wrong."""
        if (
            not without_work
            and self._work_bits
            and not (self._nonce and is_solved(self._nonce, self._work_bits, hello.work))
        ):
            return False
        return hello.key is None or bool(self._nonce and hello.signature)

    def person_of(self, hello: Hello) -> str | None:
        """Return who says hello, or None without a key. KEY_REFUSED when the signature is wrong."""
        if hello.key is None:
            return None
        if self._names and self._host not in self._names:
            raise ProtocolError(
                ErrorCode.KEY_REFUSED, f"this server is not known as {self._host!r} (host_names)"
            )
        try:
            key = _bytes(hello.key)
            signed = signed_part(self._nonce, self._host)
            Ed25519PublicKey.from_public_bytes(key).verify(_bytes(hello.signature or ""), signed)
        except (InvalidSignature, ValueError) as error:
            raise ProtocolError(
                ErrorCode.KEY_REFUSED,
                f"the signature is not of this key for this challenge and the host {self._host!r}",
            ) from error
        return self._persons.of(key)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not URL-safe base64") from error
