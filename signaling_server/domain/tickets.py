"""Signed tickets: two people in a call find each other again on a server that forgot them.

A ticket is "<call>.<side>.<run>.<issued>.<signature>": the call, which of the two peers of the
call holds it, the run of the server that gave it, and unix seconds. The signature is a keyed
BLAKE2b (RFC 7693, a MAC by design) over that and over the person, whom only a signed hello can be.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import NamedTuple

from signaling_server.protocol.messages import CallId

VALID_S = 86_400.0
"""Longer than calls last; a ticket is of no use once its call has ended."""
_SIGNATURE_BYTES = 16


class Ticket(NamedTuple):
    """A place in a call.

    own: this very run of the server has begun the call. It knows its calls, and those who are in
    them come back with their resume tokens, unless that was to another server meanwhile.
    """

    call: CallId
    side: int
    own: bool = False


class Tickets:
    """Writes and reads tickets. wall_clock gives unix seconds."""

    def __init__(self, secret: str, wall_clock: Callable[[], float]) -> None:
        key = hashlib.blake2b(secret.encode(), person=b"passerby ticket").digest()
        self._keyed = hashlib.blake2b(key=key, digest_size=_SIGNATURE_BYTES)
        self._wall_clock = wall_clock
        self._run = secrets.token_hex(4)

    def write_both(self, call: CallId, one: str, other: str) -> tuple[str, str]:
        """Return the tickets of both sides of a call for these persons, the first side's first."""
        run_issued = f"{self._run}.{int(self._wall_clock())}"
        first, second = f"{call}.0.{run_issued}", f"{call}.1.{run_issued}"
        return (
            f"{first}.{self._signature(first, one)}",
            f"{second}.{self._signature(second, other)}",
        )

    def read(self, text: str | None, person: str) -> Ticket | None:
        """Return what the ticket stands for; None where it is worth nothing to this person."""
        signed, _, signature = (text or "").rpartition(".")
        parts = signed.split(".")
        if len(parts) != 4 or not hmac.compare_digest(
            signature.encode(), self._signature(signed, person).encode()
        ):
            return None
        call, side, run, issued = parts
        age_s = self._wall_clock() - int(issued)
        if age_s > VALID_S:
            return None
        return Ticket(CallId(call), int(side), own=run == self._run)

    def _signature(self, signed: str, person: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(f"{signed}.{person}".encode())
        return keyed.hexdigest()
