"""People whom one never meets again, as every search tells the server."""

import time
from collections.abc import Callable

from desktop_app.settings.model import Block
from desktop_app.settings.store import SettingsStore


class Blocks:
    """Interface thread only. on_blocked(stranger) is called after somebody was added."""

    def __init__(self, store: SettingsStore, on_blocked: Callable[[str], None]) -> None:
        self._store = store
        self._on_blocked = on_blocked

    def block(self, stranger: str) -> None:
        """Never meet this person (StrangerId) again, and part now if it is the one in the call."""
        block = Block(stranger, at=int(time.time()))
        self._store.change(blocked=self._store.value.blocked_with(block))
        self._on_blocked(stranger)

    def unblock(self, block: Block) -> None:
        """Take a block back; this person may be met again."""
        self._store.change(blocked=self._store.value.blocked_without(block.stranger))

    def unblock_all(self) -> None:
        self._store.change(blocked=())
