"""The engine's end of the pipe: one thread reads commands, one writes events."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection

from desktop_app import engine_messages as messages

log = logging.getLogger(__name__)

WAITING_MAX = 2_000
"""Events kept for an interface that does not read; beyond it counts as gone."""
DROPPABLE_BEYOND = 200
"""With so many waiting, events that the next one replaces are not kept."""
DROPPABLE = (messages.Level, messages.Statistics)


class Pipe:
    """Reads and writes whole messages; on_command and on_gone are called from its own threads."""

    def __init__(
        self,
        connection: Connection,
        on_command: Callable[[messages.Command], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._on_command = on_command
        self._on_gone = on_gone
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._writing = False

    def start(self) -> None:
        for work, name in ((self._read, "pipe-reader"), (self._write, "pipe-writer")):
            threading.Thread(target=work, name=name, daemon=True).start()

    def send(self, event: messages.Message) -> None:
        """Queue an event; never blocks, may be called from any thread."""
        with self._changed:
            if self._closed:
                return
            if len(self._waiting) >= DROPPABLE_BEYOND and isinstance(event, DROPPABLE):
                return
            if len(self._waiting) < WAITING_MAX:
                self._waiting.append(messages.encode(event))
                self._changed.notify()
                return
            self._closed = True
        log.error("the interface does not read its events")
        self._on_gone()

    def flush(self, timeout_s: float) -> None:
        """Wait until everything queued has been written, at most timeout_s."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or not (self._waiting or self._writing), timeout_s
            )

    def _read(self) -> None:
        while True:
            try:
                frame = self._connection.recv_bytes()
            except (EOFError, OSError):
                self._gone()
                return
            try:
                command = messages.decode_command(frame)
            except ValueError:
                log.error("a command that this engine does not know was left aside")
                continue
            self._on_command(command)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                frame = self._waiting.popleft()
                self._writing = True
            try:
                self._connection.send_bytes(frame)
            except OSError:
                self._gone()
                return

    def _gone(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._on_gone()
