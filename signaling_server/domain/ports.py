"""What the domain needs of a back-end."""

from collections.abc import Iterable
from typing import Protocol

from signaling_server.domain.peer import Peer
from signaling_server.protocol.messages import Mode


class WaitingLine(Protocol):
    """The peers who wait for a stranger, each by what its criteria offer."""

    def find(self, seeker: Peer) -> Peer | None:
        """Return a random peer that the seeker's criteria fit; the line stays as it is.

        None when there is none, or when others have to be asked: then the seeker is found once
        it has been added.
        """

    def add(self, peer: Peer) -> None:
        """Let a peer be found by what its criteria offer at this moment."""

    def discard(self, peer: Peer) -> None:
        """Take a peer out; nothing when it is not there."""

    def peers(self) -> Iterable[Peer]:
        """Return the peers of this server who wait."""

    def count(self, mode: Mode) -> int:
        """Return how many peers of this server wait in a mode."""
