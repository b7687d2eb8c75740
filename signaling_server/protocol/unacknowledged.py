"""Frames kept until the other side is known to have them, so that none is lost with a socket.

Both sides count the messages of a session whose type does not begin with `session.`, each way and
over all its sockets. The count is never sent with a message: a stream keeps the order, so it is
the same at both ends (compare XEP-0198).
"""

from typing import get_args

from signaling_server.protocol import limits
from signaling_server.protocol.messages import ClientMessage, ServerMessage


def is_of_session(tag: object) -> bool:
    """Whether messages of this type are not counted: they are about the session itself."""
    return str(tag).startswith("session.")


COUNTED = frozenset(
    kind
    for kind in (*get_args(ClientMessage), *get_args(ServerMessage))
    if not is_of_session(kind.__struct_config__.tag)
)
"""The messages that are counted, kept and acknowledged."""


class Unacknowledged:
    """The newest frames of one direction, oldest first; costs next to nothing while empty."""

    __slots__ = ("_frames", "_heard", "size_bytes")

    def __init__(self, told: int = 0) -> None:
        self._frames: list[bytes] = []
        self._heard = told
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def told(self) -> int:
        """How many were told in this session, those that are acknowledged included."""
        return self._heard + len(self._frames)

    @property
    def frames(self) -> tuple[bytes, ...]:
        return tuple(self._frames)

    @property
    def has_room_for_stranger(self) -> bool:
        """Whether what a stranger says next is kept; the last part is for what the server says."""
        return self.size_bytes < limits.RELAYED_MAX_BYTES and len(self._frames) < limits.RELAYED_MAX

    def has_room_beside(self, number: int, size_bytes: int) -> bool:
        """The same, where so much is kept elsewhere until it can be told."""
        return (
            self.size_bytes + size_bytes < limits.RELAYED_MAX_BYTES
            and len(self._frames) + number < limits.RELAYED_MAX
        )

    def add(self, frame: bytes) -> bool:
        """Keep a frame; False when they have become more than are kept for anybody."""
        frames = self._frames
        frames.append(frame)
        self.size_bytes = size_bytes = self.size_bytes + len(frame)
        return (
            size_bytes <= limits.UNACKNOWLEDGED_MAX_BYTES
            and len(frames) <= limits.UNACKNOWLEDGED_MAX
        )

    def may_be_heard(self, count: int) -> bool:
        """Whether that can be the count: no less than was acknowledged, no more than was told."""
        return self._heard <= count <= self.told

    def acknowledge(self, count: int) -> bool:
        """Forget all but what follows the first `count`; False when that cannot be the count."""
        if not self.may_be_heard(count):
            return False
        newly_heard = count - self._heard
        self.size_bytes -= sum(map(len, self._frames[:newly_heard]))
        del self._frames[:newly_heard]
        self._heard = count
        return True

    def clear(self) -> None:
        """Forget all of them."""
        self._heard = self.told
        self._frames.clear()
        self.size_bytes = 0
