"""What a hello can prove: whose key signs it, and that work was spent on it.

The signature is Ed25519 (RFC 8032) and made elsewhere: this package knows the standard library
only. The work is WORK_PUZZLES small puzzles instead of one large one, so that its length
varies by a quarter and not by its whole.
"""

import hashlib
from collections.abc import Sequence
from itertools import count

HELLO_CONTEXT = "passerby hello 1"
EVIDENCE_CONTEXT = "passerby evidence 1"
WORK_PUZZLES = 16
WORK_BITS_MAX = 12
"""Some 65,000 hashes: 30 to 90 ms of Python on a usual machine. A check takes 16 hashes."""


def signed_part(nonce: str, host: str) -> bytes:
    """Return what a client's key signs.

    host is the server's name as the client calls it, in lower case and without a port: a server
    cannot use the signature with another one.
    """
    return f"{HELLO_CONTEXT}\n{host}\n{nonce}".encode()


def solve(nonce: str, bits: int) -> list[int]:
    """Return the numbers that is_solved asks for; takes about 16 * 2^bits hashes."""
    return [
        next(number for number in count() if _fits(nonce, puzzle, number, bits))
        for puzzle in range(WORK_PUZZLES)
    ]


def is_solved(nonce: str, bits: int, numbers: Sequence[int]) -> bool:
    """Whether SHA-256 of "nonce:puzzle:number" begins with so many zero bits for each puzzle."""
    return len(numbers) == WORK_PUZZLES and all(
        _fits(nonce, puzzle, number, bits) for puzzle, number in enumerate(numbers)
    )


def _fits(nonce: str, puzzle: int, number: int, bits: int) -> bool:
    digest = hashlib.sha256(f"{nonce}:{puzzle}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - bits) == 0
