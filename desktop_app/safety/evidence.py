"""Evidence of a report, encrypted so that only the moderators of the server can read it.

A sealed box as in docs/protocol.md: X25519 with a key made for this one box, HKDF-SHA256 and
ChaCha20-Poly1305, bound to the call.
"""

import base64
import io
from collections.abc import Sequence

from signaling_server.protocol import limits
from signaling_server.protocol.proofs import EVIDENCE_CONTEXT

_KEY_BYTES = 32
_TAG_BYTES = 16
EVIDENCE_MAX_BYTES = limits.EVIDENCE_MAX_CHARACTERS * 3 // 4 - _KEY_BYTES - _TAG_BYTES
"""The longest evidence whose box fits into a report."""


_CHAT_MAX_BYTES = 12_000
PICTURE_MAX_BYTES = EVIDENCE_MAX_BYTES - _CHAT_MAX_BYTES - 500
"""The longest picture that fits beside the chat."""


class EvidenceTooLong(ValueError):
    """More than EVIDENCE_MAX_BYTES."""


class NoKey(ValueError):
    """What a server gives as its moderators' key is none."""


def pack(picture: bytes | None, lines: Sequence[tuple[bool, str]]) -> bytes:
    """Return a ZIP with picture.jpg, a JPEG of up to PICTURE_MAX_BYTES, and chat.txt.

    lines: whether the reporter wrote it, and the text; where they are too long the newest count.
    """
    import zipfile

    chat = "\n".join(f"{'reporter' if mine else 'stranger'}: {text}" for mine, text in lines)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        if picture is not None:
            archive.writestr("picture.jpg", picture)
        if chat:
            newest = chat.encode()[-_CHAT_MAX_BYTES:].decode(errors="ignore")
            archive.writestr("chat.txt", newest)
    return made.getvalue()


def seal(evidence: bytes, moderators_key: str, call: str) -> str:
    """Return the box as call.report carries it. EvidenceTooLong or NoKey where there can be none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(evidence) > EVIDENCE_MAX_BYTES:
        raise EvidenceTooLong(f"{len(evidence)} bytes")
    own = X25519PrivateKey.generate()
    public = own.public_key().public_bytes_raw()
    try:
        moderators = base64.b64decode(moderators_key + "=", altchars=b"-_", validate=True)
        shared = own.exchange(X25519PublicKey.from_public_bytes(moderators))
    except ValueError as error:
        raise NoKey from error
    derive = HKDF(SHA256(), _KEY_BYTES, salt=public + moderators, info=EVIDENCE_CONTEXT.encode())
    # The key is used once, so that the nonce need not differ.
    box = ChaCha20Poly1305(derive.derive(shared)).encrypt(bytes(12), evidence, call.encode())
    return base64.urlsafe_b64encode(public + box).rstrip(b"=").decode()
