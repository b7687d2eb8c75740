"""One person in a test: a real conversation and a real signalling client over a fake engine."""

import asyncio
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from desktop_app.media.engine import Engine
from desktop_app.session.conversation import Conversation
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Link, Situation
from desktop_app.settings.model import RULES_VERSION, Server
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.client import SignalingClient
from desktop_app.signaling.client_key import KeyRing
from tests.desktop_app.session.fake_engine import FakeEngine, FakeNetwork

DEADLINE_S = 10.0


class Person:
    """Waits for what it sees; never sleeps."""

    def __init__(
        self,
        folder: Path,
        network: FakeNetwork,
        *,
        auto_next: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = SettingsStore(folder / f"{secrets.token_hex(4)}.json")
        self.store.change(rules_accepted=RULES_VERSION, auto_next=auto_next)
        self.engine = FakeEngine(network)
        self.link = SignalingClient(KeyRing())
        self.conversation = Conversation(cast(Engine, self.engine), self.link, self.store, clock)
        self.seen: list[Situation] = []
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.conversation.changed.connect(self._note)
        self.engine.received.connect(lambda _: self._wake())
        self.engine.commanded.connect(lambda _: self._wake())
        self.link.received.connect(lambda _: self._wake())
        self.conversation.line_added.connect(lambda _: self._wake())
        self.conversation.line_changed.connect(lambda _: self._wake())

    @property
    def situation(self) -> Situation:
        return self.conversation.situation

    async def go_online(self, url: str) -> None:
        self.engine.start()
        self.conversation.use_server(Server(url=url, direct_accepted=True))
        await self.sees(lambda now: now.link is Link.ONLINE)

    async def sees(self, condition: Callable[[Situation], object]) -> Situation:
        """Wait until the situation is so; fails with the situation after the deadline."""
        async with self._news:
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self._news.wait_for(lambda: condition(self.situation))
            except TimeoutError:
                raise AssertionError(f"still {self.situation}") from None
        return self.situation

    async def talks(self, *, but_not_in: str | None = None) -> str:
        """Wait for a call (another one than `but_not_in`) and return its id."""
        now = await self.sees(lambda now: now.phase is Phase.TALKING and now.call != but_not_in)
        assert now.call is not None
        return now.call

    async def close(self) -> None:
        self.conversation.close()
        await self.link.close()

    def _note(self, situation: Situation) -> None:
        self.seen.append(situation)
        self._wake()

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._news:
                self._news.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
