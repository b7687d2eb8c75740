"""The moderators' key pair, and opening what clients have encrypted to it (docs/protocol.md)."""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from signaling_server.protocol.proofs import EVIDENCE_CONTEXT

_KEY_BYTES = 32


class NotOurs(Exception):
    """The evidence was not encrypted to this key for this call, or was changed since."""


def make_key(file: Path) -> str:
    """Write a new private key that only this user may read, and return the public one.

    FileExistsError where there is a file already: with the key in it evidence would be lost.
    """
    pair = X25519PrivateKey.generate()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(_in_base64(pair.private_bytes_raw()) + "\n")
    return _in_base64(pair.public_key().public_bytes_raw())


def read_key(file: Path) -> X25519PrivateKey:
    """Return the private key of a file; OSError or ValueError where there is none."""
    text = file.read_text(encoding="ascii").strip()
    return X25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(text + "="))


def open_evidence(box: bytes, key: X25519PrivateKey, call: str) -> bytes:
    """Return what a client encrypted for a report of this call, or raise NotOurs."""
    public, sealed = box[:_KEY_BYTES], box[_KEY_BYTES:]
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(public))
        salt = public + key.public_key().public_bytes_raw()
        derive = HKDF(SHA256(), _KEY_BYTES, salt=salt, info=EVIDENCE_CONTEXT.encode())
        return ChaCha20Poly1305(derive.derive(shared)).decrypt(bytes(12), sealed, call.encode())
    except (InvalidTag, ValueError) as error:
        raise NotOurs from error


def _in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
