"""People who come to one server after another, and count what they hear."""

from contextlib import AsyncExitStack
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling_server.bootstrap import Server
from signaling_server.protocol.messages import (
    CallCandidate,
    CallEnd,
    CallEnded,
    Challenge,
    Hello,
    Message,
    QueueMatched,
    Received,
    Welcome,
)
from signaling_server.protocol.unacknowledged import COUNTED
from signaling_server.protocol.versions import VERSIONS, Feature
from tests.signaling_server.wire_client import WireClient, in_base64

FEATURES = list(Feature)

M = TypeVar("M", bound=Message)


class Traveller:
    """A person with a key who counts what comes, at one server after the other."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.key = Ed25519PrivateKey.generate()
        self.heard = 0
        self._ticket: str | None = None
        self.resume: str | None = None
        self.client: WireClient

    async def come(self, at: Server) -> Welcome:
        """Say hello at a server, and come back to the session if there was one."""
        self.client = await self._stack.enter_async_context(WireClient(at.urls[0]))
        received = self.heard if self.resume else None
        welcome = await self.client.hello(
            FEATURES, self.key, self.resume, received=received, ticket=self._ticket
        )
        self.resume = welcome.resume
        return welcome

    async def come_and_vanish(self, at: Server) -> None:
        """Say hello at a server, and lose the socket before there is an answer."""
        client = await self._stack.enter_async_context(WireClient(f"{at.urls[0]}?challenge=1"))
        challenge = await client.receive(Challenge)
        key = in_base64(self.key.public_key().public_bytes_raw())
        hello = Hello(list(VERSIONS), FEATURES, key=key, resume=self.resume, received=self.heard)
        await client.send(client.answered(hello, challenge, self.key))
        client.drop()

    async def hear(self, kind: type[M]) -> M:
        """Return the next message but acknowledgements, which has to be of this kind."""
        message: Message = Received(0)
        while isinstance(message, Received):
            message = await self.client.receive_any()
        assert isinstance(message, kind), message
        self.heard += kind in COUNTED
        return message

    async def seek(self, **wishes: Any) -> int:
        search = await self.client.join(**wishes)
        self.heard += 1
        return search

    async def matched(self) -> QueueMatched:
        match = await self.hear(QueueMatched)
        self._ticket = match.ticket
        return match

    async def say(self, call: str, *texts: str) -> None:
        for text in texts:
            await self.client.send(CallCandidate(call, text))

    async def hear_said(self, *texts: str) -> None:
        assert [(await self.hear(CallCandidate)).candidate for _ in texts] == list(texts)


async def in_a_call(
    stack: AsyncExitStack, ann_at: Server, bob_at: Server
) -> tuple[Traveller, Traveller, str]:
    ann, bob = Traveller(stack), Traveller(stack)
    for person, server in ((ann, ann_at), (bob, bob_at)):
        await person.come(server)
        await person.seek()
    call = (await ann.matched()).call
    assert (await bob.matched()).call == call
    return ann, bob, call


async def end(ann: Traveller, bob: Traveller, call: str) -> None:
    """See that the end of the call is told."""
    await bob.client.send(bob.client.next_message())
    assert await ann.hear(CallEnded) == CallEnded(call, CallEnd.NEXT)
