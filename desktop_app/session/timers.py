"""Named timers of one owner: setting one replaces it, and all end together."""

import asyncio
from collections.abc import Callable


class Timers:
    """Call from the loop's thread only."""

    def __init__(self) -> None:
        self._handles: dict[str, asyncio.TimerHandle] = {}

    def start(self, name: str, delay_s: float, callback: Callable[[], None]) -> None:
        """Run the callback after the delay; a running timer of this name starts over."""

        def fire() -> None:
            self._handles.pop(name, None)
            callback()

        self.cancel(name)
        self._handles[name] = asyncio.get_running_loop().call_later(delay_s, fire)

    def start_once(self, name: str, delay_s: float, callback: Callable[[], None]) -> None:
        """Like start, but a running timer of this name goes on."""
        if name not in self._handles:
            self.start(name, delay_s, callback)

    def cancel(self, name: str) -> None:
        if (handle := self._handles.pop(name, None)) is not None:
            handle.cancel()

    def cancel_all(self) -> None:
        for name in tuple(self._handles):
            self.cancel(name)
