"""A whole window over fakes, with pictures that a test can send."""

import asyncio
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent

from desktop_app.engine_messages import SLOT_BYTES, SLOTS_PER_STREAM, Picture, Stream
from desktop_app.media.pictures import PictureFeed
from desktop_app.presenters.call import CallPresenter
from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.presenters.welcome import WelcomePresenter
from desktop_app.session.server_check import ServerCheck
from desktop_app.session.situation import LinkProblem
from desktop_app.session.veil import Veil
from desktop_app.settings.model import RULES_VERSION, Server
from desktop_app.settings.store import SettingsStore
from desktop_app.ui.main_window import MainWindow
from tests.desktop_app.fakes import FakeConversation, FakeEquipment

SERVER = Server("ws://localhost:8765", direct_accepted=True)
SETTLED = {"rules_accepted": RULES_VERSION, "servers": (SERVER,), "server": SERVER.url}
"""Settings of somebody who has been through the welcome."""


class Pictures:
    """Plays the engine's part for one stream: writes slots, takes them back."""

    def __init__(self, stream: Stream) -> None:
        self.free = list(range(SLOTS_PER_STREAM))
        self.feed = PictureFeed(stream, lambda _, slot: self.free.append(slot))
        self._number = 0

    def send(self, pixels: np.ndarray, call: str = "") -> None:
        """pixels: height by width by 4, BGRX."""
        height, width = pixels.shape[:2]
        slot = self.free.pop(0)
        assert self.feed._block.buf is not None
        start = slot * SLOT_BYTES
        self.feed._block.buf[start : start + pixels.size] = pixels.tobytes()
        self._number += 1
        self.feed.put(Picture(self.feed.stream, slot, width, height, self._number, call))


class StageSet:
    """Needs a running loop, as the application does."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.store = SettingsStore(folder / "settings.json")
        self.store.change(**settings)
        self.conversation = FakeConversation(self.store)
        self.equipment = FakeEquipment(self.store)
        self.views: list[tuple[Stream, int, int, bool]] = []
        self.answers: dict[str, ServerCheck] = {}
        """What a server check finds, by url; anything else is not reachable."""
        self.held: dict[str, asyncio.Event] = {}
        """Urls whose check is answered only once the event is set."""
        self.key_is_kept = True
        """Whether a new key can be saved."""
        self.pictures = {stream: Pictures(stream) for stream in Stream}
        self.blurs: list[tuple[Stream, bool]] = []
        self.veil = Veil(lambda *blur: self.blurs.append(blur), self.store)
        self.conversation.changed.connect(self.veil.follow)
        self.call = CallPresenter(
            self.conversation,  # type: ignore[arg-type]
            self.equipment,  # type: ignore[arg-type]
            self.store,
            lambda *view: self.views.append(view),
            self.veil,
            clock=lambda: self.conversation.now,
        )
        shared = (self.conversation, self.equipment, self.store, self._check)
        self.welcome = WelcomePresenter(*shared)  # type: ignore[arg-type]
        self.settings = SettingsPresenter(
            *shared,  # type: ignore[arg-type]
            key_is_kept=lambda: self.key_is_kept,
            log_dir=folder / "logs",
        )
        feeds = {stream: pictures.feed for stream, pictures in self.pictures.items()}
        self.window = MainWindow(self.call, self.welcome, self.settings, feeds)
        # What the next turn of the loop does: there is none between a test's act and its look.
        self.conversation.changed.connect(lambda _: self.call._show())

    async def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.call.close()
        await self.welcome.close()
        await self.settings.close()
        for pictures in self.pictures.values():
            pictures.feed.close()
        self.store.close()

    async def _check(self, url: str, *, plain_accepted: bool = False) -> ServerCheck:
        if url in self.held:
            await self.held[url].wait()
        unreachable = ServerCheck(url, ok=False, problem=LinkProblem.UNREACHABLE)
        if url.startswith("ws://plain") and not plain_accepted:
            return ServerCheck(url, ok=False, problem=LinkProblem.PLAIN_REFUSED)
        return self.answers.get(url, unreachable)


async def answered() -> None:
    """Let the checks that have been asked run to its end."""
    for _ in range(5):
        await asyncio.sleep(0)
