"""A hello that waits until another server has given its session up, or has not."""

import asyncio
from collections.abc import Callable

from signaling_server.domain.moving import Moving
from signaling_server.domain.peer import Peer
from signaling_server.protocol.messages import Hello

ANSWER_WITHIN_S = 1.0
"""A server that has not answered by then is taken as gone."""
KEPT_MAX = 16
"""Frames that a client may send ahead of its welcome."""


class Inquiry:
    """Asks for the session of a hello, and keeps what the client says meanwhile."""

    def __init__(self, moving: Moving, hello: Hello) -> None:
        self.hello = hello
        self.kept: list[bytes | bytearray | None] = []
        self._moving = moving

    def begin(self, person: str, answered: Callable[[Peer | None], None]) -> None:
        """Ask; answered is called once, within ANSWER_WITHIN_S, also when the socket has ended.

        It takes the session, which is at this server then, or None. person has signed the hello.
        """

        def settle(peer: Peer | None) -> None:
            timer.cancel()
            answered(peer)

        def give_up() -> None:
            self._moving.give_up(number)
            answered(None)

        assert self.hello.resume
        timer = asyncio.get_running_loop().call_later(ANSWER_WITHIN_S, give_up)
        number = self._moving.claim(self.hello.resume, person, self.hello.received, settle)

    def keep(self, frame: bytes | bytearray | None) -> bool:
        """Keep a frame for afterwards; False when there are more than are kept."""
        self.kept.append(frame)
        return len(self.kept) <= KEPT_MAX
