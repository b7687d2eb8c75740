"""Checks of servers, for the places on the screen that ask for them."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.core import TaskScope
from desktop_app.session.server_check import ServerCheck

CheckServer = Callable[..., Awaitable[ServerCheck]]
"""session.server_check.check_server, or one that answers in its place."""


class ServerChecker(QObject):
    """Asks for one place on the screen, which hears the answer to what it has asked last."""

    answered = Signal(ServerCheck)

    def __init__(self, check_server: CheckServer, tasks: TaskScope) -> None:
        super().__init__()
        self._check_server = check_server
        self._tasks = tasks
        self._asking: asyncio.Task[None] | None = None

    def ask(self, url: str, plain_accepted: bool) -> None:
        """Answered by `answered`, unless something else is asked before that."""
        self.withdraw()
        self._asking = self._tasks.start(self._ask(url, plain_accepted), "check a server")

    def withdraw(self) -> None:
        """Want no answer any more."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask(self, url: str, plain_accepted: bool) -> None:
        self.answered.emit(await self._check_server(url, plain_accepted=plain_accepted))
