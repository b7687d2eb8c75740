"""Who may meet whom, and the name under which a stranger is known."""

import binascii
import hashlib
import secrets
from typing import cast

from signaling_server.domain.peer import Peer
from signaling_server.domain.widening import REPEATS
from signaling_server.protocol.messages import StrangerId

_SECRET_BYTES = 32
_NAME_BYTES = 16
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def secret_of(identity: str | None) -> bytes:
    """Return what stands for a person: the same for the same identity, random without one."""
    if identity is None:
        return secrets.token_bytes(_SECRET_BYTES)
    return hashlib.blake2b(identity.encode(), digest_size=_SECRET_BYTES).digest()


def stranger_name(viewer: Peer, stranger: Peer) -> StrangerId:
    """Return the lasting name of a stranger that this viewer, and nobody else, is given.

    A keyed hash, so that a block holds across servers and restarts with nothing stored, and
    two viewers cannot find out that they met the same person.
    """
    name = hashlib.blake2b(stranger.secret, key=viewer.secret, digest_size=_NAME_BYTES)
    text = binascii.b2a_base64(name.digest(), newline=False)
    return cast("StrangerId", text.translate(_URL_SAFE, b"=").decode())


def may_meet(one: Peer, other: Peer) -> bool:
    """Whether two peers who search may be paired, apart from what their criteria say."""
    if one is other or one.secret == other.secret:
        return False
    if _met_lately(one, other) and min(one.stage, other.stage) < REPEATS:
        return False
    return not (has_blocked(one, other) or has_blocked(other, one))


def has_blocked(viewer: Peer, stranger: Peer) -> bool:
    """Whether a peer that searches has blocked another person."""
    blocked = viewer.wishes.blocked
    return bool(blocked) and stranger_name(viewer, stranger) in blocked


def _met_lately(one: Peer, other: Peer) -> bool:
    return other.secret in one.recent or one.secret in other.recent
