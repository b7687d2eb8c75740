"""What the domain needs of a back-end."""

from typing import Protocol

from signaling_server.domain.peer import Peer
from signaling_server.protocol.messages import Mode


class WaitingLine(Protocol):
    """The peers who wait for a stranger, each by what its criteria offer."""

    def find(self, seeker: Peer, now: float) -> Peer | None:
        """Return a random peer that the seeker's criteria fit, or None; the line stays as it is."""

    def add(self, peer: Peer) -> None:
        """Let a peer be found by what its criteria offer at this moment."""

    def discard(self, peer: Peer) -> None:
        """Take a peer out; nothing when it is not there."""

    def count(self, mode: Mode) -> int:
        """Return how many peers of this server wait in a mode."""
