"""A signalling client whose states can be waited for."""

import asyncio

from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.client_key import KeyRing
from desktop_app.signaling.link import Link, LinkState
from signaling_server.protocol.messages import Welcome

DEADLINE_S = 10.0


class Watcher:
    """A client whose states can be waited for."""

    def __init__(self) -> None:
        self.client = SignalingClient(KeyRing())
        self.welcomes: list[Welcome] = []
        self._states: asyncio.Queue[LinkState] = asyncio.Queue()
        self.client.state_changed.connect(self._states.put_nowait)
        self.client.welcomed.connect(self.welcomes.append)

    async def sees(self, link: Link) -> LinkState:
        async with asyncio.timeout(DEADLINE_S):
            while (state := await self._states.get()).link is not link:
                pass
        return state
